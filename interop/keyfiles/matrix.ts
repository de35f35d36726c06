/** One cell: who wrote, who read, how it was encrypted, which kind of key. */
export interface Cell {
  readonly writer: string
  readonly reader: string
  readonly cipher: string
  readonly kind: string
  /** Why it failed; undefined if it did not. */
  readonly problem?: string
}

/** The matrix as text: a line for each writer, reader and cipher, then what failed. */
export function printMatrix(cells: readonly Cell[]): string {
  const rows = new Map<string, { ok: number; all: number }>()
  for (const { writer, reader, cipher, problem } of cells) {
    const name = `${writer.padEnd(24)}${reader.padEnd(24)}${cipher.padEnd(16)}`
    const row = rows.get(name) ?? { ok: 0, all: 0 }
    rows.set(name, { ok: row.ok + (problem === undefined ? 1 : 0), all: row.all + 1 })
  }
  const passed = cells.filter(({ problem }) => problem === undefined).length
  return [
    `${'writer'.padEnd(24)}${'reader'.padEnd(24)}${'cipher'.padEnd(16)}key kinds`,
    ...[...rows].map(([name, { ok, all }]) => `${name}${ok} of ${all}`),
    `${passed} of ${cells.length} cells: ${((100 * passed) / cells.length).toFixed(1)} %`,
    ...cells
      .filter(({ problem }) => problem !== undefined)
      .map(({ writer, reader, cipher, kind, problem }) => `FAILED ${writer} -> ${reader}, ${cipher}, ${kind}: ${problem}`),
  ].join('\n')
}
