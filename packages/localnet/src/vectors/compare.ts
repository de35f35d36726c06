/** Where a result differs from its vector. */
export interface Mismatch {
  /** Field, with indices. */
  readonly field: string
  readonly expected: string
  readonly got: string
}

/** Numbers, true or false, and lists of them, to any depth. */
export type Comparable = number | bigint | boolean | string | null | readonly Comparable[]

/**
 * Compares two results; whole numbers are equal as number, bigint or decimal string.
 *
 * @param tolerance - Largest difference between whole numbers that still counts as equal.
 */
export function compare(options: {
  readonly field: string
  readonly expected: unknown
  readonly got: Comparable
  readonly tolerance?: bigint
}): Mismatch[] {
  const { field, expected, got, tolerance = 0n } = options
  if (Array.isArray(expected) && Array.isArray(got)) {
    if (expected.length !== got.length) return [{ field: `${field}.length`, expected: String(expected.length), got: String(got.length) }]
    return expected.flatMap((item: unknown, i) =>
      compare({ field: `${field}[${i}]`, expected: item, got: (got as readonly Comparable[])[i] ?? null, tolerance }),
    )
  }
  const left = wholeNumber(expected)
  const right = wholeNumber(got)
  if (left !== undefined && right !== undefined) {
    const difference = left > right ? left - right : right - left
    return difference <= tolerance ? [] : [{ field, expected: show(expected), got: show(got) }]
  }
  return expected === got ? [] : [{ field, expected: show(expected), got: show(got) }]
}

function wholeNumber(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value)
  if (typeof value === 'string' && /^-?\d+$/.test(value)) return BigInt(value)
  return undefined
}

/** A value as text, at most 200 characters. */
export function show(value: unknown): string {
  if (typeof value === 'bigint') return value.toString()
  const text = JSON.stringify(value, (_key, item: unknown) => (typeof item === 'bigint' ? item.toString() : item)) ?? 'nothing'
  return text.length > 200 ? `${text.slice(0, 200)}…` : text
}
