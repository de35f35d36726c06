import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { packageRoot } from '../package-root.js'

/** A table of the report. */
export interface ReportTable {
  readonly columns: readonly { readonly title: string; readonly isNumber?: boolean; readonly isKey?: boolean }[]
  readonly rows: readonly (readonly string[])[]
}

/** A bar for each miner, in the order of the miners. */
export interface ReportSeries {
  readonly name: string
  readonly values: readonly number[]
}

/** What the report shows. */
export interface ReportData {
  /** Under the title: seed, epochs, calls. */
  readonly summary: string
  /** What is wrong with the run; empty if it came out right. */
  readonly problems: readonly string[]
  /** What to know of the miners that misbehave. */
  readonly notes: readonly string[]
  /** Numbers of the rounds. */
  readonly rounds: readonly number[]
  readonly miners: readonly {
    readonly model: string
    /** What the charts call it. */
    readonly label: string
    /** Its score after each round. */
    readonly skill: readonly number[]
  }[]
  /** A series for each epoch. */
  readonly incentive: readonly ReportSeries[]
  /** A series for each validator. */
  readonly weights: readonly ReportSeries[]
  /** In ms: a series for each quantile. */
  readonly latency: readonly ReportSeries[]
  readonly metagraph: ReportTable
  readonly ledger: ReportTable
}

/**
 * The report of a run as one HTML file that loads nothing: charts by Chart.js, whose code is in it under its MIT licence.
 *
 * Follows the reader's light or dark colours. Each chart's figures are in the tables too, or said beside it.
 */
export function renderReport(data: ReportData): string {
  const { summary, problems, notes, metagraph, ledger, ...charts } = data
  const asset = (name: string) => readFileSync(join(packageRoot(), 'run/report', name), 'utf8')
  const chartJs = readFileSync(join(dirname(createRequire(import.meta.url).resolve('chart.js')), 'chart.umd.min.js'), 'utf8')
  const verdict =
    problems.length === 0
      ? '<p class="verdict good">The run came out right.</p>'
      : `<p class="verdict bad">The run did not come out right: ${escapeHtml(problems.join('; '))}.</p>`
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:">
<title>TensorKit: the forecast subnet</title>
<style>
${asset('page.css')}</style>
</head>
<body>
<h1>The forecast subnet</h1>
<p>${escapeHtml(summary)}</p>
${verdict}
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
${chart('skill', 'Skill of each miner', 'The score that the validators keep: a moving average of 1 − score / reference’s score over the rounds, mean of both validators. Weights follow it where it is above 0. A click on a name hides its line.', 'tall')}
<div class="pair">
${chart('incentive', 'Incentive by epoch', 'What consensus gave each miner, as a share of all incentive.')}
${chart('weights', 'Weights of both validators', 'As last set on the chain. They ask different questions, and still agree.')}
</div>
${chart('latency', 'Latency of the calls', 'From the first byte out to the reply, over all rounds that were answered.')}
<section><h2>Metagraph after the last epoch</h2>
<div class="scroll">${table(metagraph)}</div></section>
<section><h2>Ledger</h2>
<p>Where each epoch’s alpha went, in rao. Minted is the sum of the others; burned is mostly what the split of each block rounds away, remainder what the distribution does.</p>
<div class="scroll">${table(ledger)}</div></section>
<script type="application/json" id="data">${JSON.stringify(charts).replaceAll('<', '\\u003c')}</script>
<script>${inlineScript(chartJs)}</script>
<script>${inlineScript(asset('page.js'))}</script>
</body>
</html>
`
}

function chart(id: string, title: string, text: string, size = ''): string {
  return `<section><h2>${escapeHtml(title)}</h2>
<p>${escapeHtml(text)}</p>
<div class="chart ${size}"><canvas id="${id}" role="img" aria-label="${escapeHtml(`Chart: ${title}`)}"></canvas></div></section>`
}

function table({ columns, rows }: ReportTable): string {
  const cellClass = (i: number) => (columns[i]?.isNumber ? ' class="number"' : columns[i]?.isKey ? ' class="key"' : '')
  const head = columns.map(({ title }, i) => `<th scope="col"${cellClass(i)}>${escapeHtml(title)}</th>`).join('')
  const body = rows.map((row) => `<tr>${row.map((cell, i) => `<td${cellClass(i)}>${escapeHtml(cell)}</td>`).join('')}</tr>`).join('\n')
  return `<table><thead><tr>${head}</tr></thead><tbody>\n${body}\n</tbody></table>`
}

/** Text for HTML, in content and in quoted attributes. */
export function escapeHtml(text: string): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return text.replace(/[&<>"']/g, (character) => entities[character] as string)
}

/** A script that cannot end its own element, nor have an HTML comment begin in it. */
function inlineScript(code: string): string {
  return code.replace(/<(?=\/script|!--)/gi, '\\x3C').replace(/\/\/# sourceMappingURL=.*/g, '')
}
