/** Lines of a table: columns as wide as their widest cell, numbers to the right. */
export function table(header: readonly string[], rows: readonly (readonly (string | number | bigint)[])[]): string {
  const cells = [header, ...rows].map((row) => row.map(String))
  const widths = header.map((_, column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)))
  const toTheRight = header.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] !== 'string'))
  const lines = cells.map((row) =>
    row
      .map((cell, i) => (toTheRight[i] ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
  return `${lines.join('\n')}\n`
}

/** One line of JSON: bigints (rao) as decimal text, bytes (a TLS key) as hex. */
export function jsonLine(value: unknown): string {
  return `${JSON.stringify(value, (_, item: unknown) => {
    if (typeof item === 'bigint') return item.toString()
    return item instanceof Uint8Array ? Buffer.from(item).toString('hex') : item
  })}\n`
}

/** Rao as TAO or alpha with three decimals, cut off. For people; JSON has the rao. */
export function coins(rao: bigint): string {
  const milli = rao / 1_000_000n
  return `${milli / 1_000n}.${(milli % 1_000n).toString().padStart(3, '0')}`
}
