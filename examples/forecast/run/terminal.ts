import { clearScreenDown, moveCursor } from 'node:readline'

/** What the live view shows. */
export interface Progress {
  readonly block: number
  readonly epoch: number
  readonly round: number
  readonly rounds: number
  readonly calls: { readonly answered: number; readonly failed: number; readonly refused: number }
  /** Miners by falling score. */
  readonly ranking: readonly { readonly model: string; readonly score: number }[]
}

/** How many rounds pass between two lines where the output is no terminal. */
const plainEvery = 5
const widestBar = 40
/** Columns of the ranking before its bars. */
const barColumn = 24

/** What the runner says: lines, and below them, on a terminal, a view that is drawn anew in place. */
export class Terminal {
  readonly #stream: NodeJS.WriteStream
  #drawn = 0

  constructor(stream: NodeJS.WriteStream) {
    this.#stream = stream
  }

  /** Writes lines that stay. */
  say(...lines: readonly string[]): void {
    this.#erase()
    this.#stream.write(`${lines.join('\n')}\n`)
  }

  /** Shows where the run stands. */
  show(progress: Progress): void {
    if (!this.#stream.isTTY) {
      if (progress.round % plainEvery === 0) this.say(`${headline(progress)}; leading ${leaders(progress)}`)
      return
    }
    this.#erase()
    const columns = this.#stream.columns || 80
    const lines = [headline(progress), ...ranking(progress, Math.min(widestBar, columns - barColumn))].map((line) =>
      line.slice(0, columns - 1),
    )
    this.#stream.write(`${lines.join('\n')}\n`)
    this.#drawn = lines.length
  }

  /** Takes the live view away. */
  clear(): void {
    this.#erase()
  }

  #erase(): void {
    if (this.#drawn === 0) return
    moveCursor(this.#stream, 0, -this.#drawn)
    clearScreenDown(this.#stream)
    this.#drawn = 0
  }
}

function headline({ block, epoch, round, rounds, calls }: Progress): string {
  return `block ${block}  epoch ${epoch}  round ${round}/${rounds}  calls: ${calls.answered} answered, ${calls.failed} failed, ${calls.refused} refused`
}

const leaders = ({ ranking }: Progress) =>
  ranking
    .slice(0, 3)
    .map(({ model, score }) => `${model} ${score.toFixed(3)}`)
    .join(', ')

function ranking({ ranking: miners }: Progress, barWidth: number): string[] {
  const most = Math.max(1e-9, ...miners.map(({ score }) => score))
  return miners.map(({ model, score }, i) => {
    const bar = '█'.repeat(Math.max(0, Math.round((barWidth * Math.max(0, score)) / most)))
    return `${String(i + 1).padStart(3)}  ${model.padEnd(8)}  ${score.toFixed(3).padStart(6)}  ${bar}`
  })
}
