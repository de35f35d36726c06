import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** Rows of the data set; another count means another version of it, whose scores would not be comparable. */
const rows = 5105

/**
 * The S&P 500's daily closes from 2000-01-03 to 2020-04-17, oldest first.
 *
 * Read by path: the package's `exports` hides its files, and its own loader fetches them from a CDN.
 *
 * Source: npm's `vega-datasets` 3.2.1, `data/sp500-2000.csv`, column `close`.
 */
export function loadCloses(): readonly number[] {
  const entry = createRequire(import.meta.url).resolve('vega-datasets')
  const [header, ...lines] = readFileSync(join(dirname(entry), '../data/sp500-2000.csv'), 'utf8')
    .trimEnd()
    .split(/\r?\n/)
  const column = header?.split(',').indexOf('close') ?? -1
  const closes = lines.map((line) => Number(line.split(',')[column]))
  if (closes.length !== rows || !closes.every((close) => close > 0)) {
    throw new Error(`The S&P 500 data set must have ${rows} positive closes; it has ${closes.length} rows. Install vega-datasets 3.2.1.`)
  }
  return closes
}
