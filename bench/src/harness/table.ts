import { type BenchResult, isMet } from '../result.js'

const digits = (value: number) => (Math.abs(value) >= 100 ? value.toFixed(0) : value.toPrecision(3))

/** The bars of all results as a table of text. */
export function barTable(results: readonly BenchResult[], { isJudged }: { readonly isJudged: boolean }): string {
  const rows = results.flatMap(({ name, bars }) =>
    bars.map((bar) => {
      const { what, demand, limit, measured } = bar
      const verdict = isJudged ? (isMet(bar) ? 'met' : 'MISSED') : '-'
      const interval = `${digits(measured.low)} to ${digits(measured.high)}`
      return [`${name}: ${what}`, `${demand === 'at most' ? '≤' : '≥'} ${digits(limit)}`, digits(measured.median), interval, verdict]
    }),
  )
  const table = [['what', 'bar', 'median', '95 % interval', isJudged ? 'verdict' : 'not judged'], ...rows]
  const widths = (table[0] as string[]).map((_, column) => Math.max(...table.map((row) => (row[column] as string).length)))
  return table
    .map((row) =>
      row
        .map((cell, column) => cell.padEnd(widths[column] as number))
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
