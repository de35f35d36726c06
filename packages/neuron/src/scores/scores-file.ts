import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { makeDirectory } from '@tensorkit/core/node'
import writeFileAtomic from 'write-file-atomic'
import type { ScoreEntry, Scores } from './scores.js'

const FORMAT = 'tensorkit-scores'
const VERSION = 1
/** More than 256 neurons can ever fill, history included. */
const MAX_FILE_BYTES = 4 * 1024 * 1024

interface SavedScores {
  readonly format: typeof FORMAT
  readonly version: number
  readonly alpha: number
  /** The block at which they were saved. */
  readonly block: number
  readonly scores: Readonly<Record<string, ScoreEntry>>
}

/** The file in which scores survive a restart, beside a copy of what it held before. */
export interface ScoresFile {
  readonly path: string
  /** The copy of the state before the last one. */
  readonly backupPath: string
  /**
   * Reads the file into scores; leaves them empty if there is none.
   *
   * @returns The block at which they were saved; undefined if there was no file.
   * @throws NEURON_STATE_CORRUPT if the file is damaged or of another format: it is left as it is.
   */
  load(scores: Scores): Promise<number | undefined>
  /** Writes the scores; a crash at any moment leaves either the old or the new state. @throws NEURON_STATE_IO. */
  save(scores: Scores, block: number): Promise<void>
}

/** A file of scores at a path; its directory is made when needed. */
export function scoresFile(path: string): ScoresFile {
  const backupPath = `${path}.bak`
  // What the file holds and is known to be good.
  let current: string | undefined
  const write = async (file: string, text: string) => {
    try {
      await writeFileAtomic(file, text, { mode: 0o600 })
    } catch (cause) {
      throw new TensorKitError('NEURON_STATE_IO', 'The scores cannot be saved', {
        facts: { file, reason: (cause as NodeJS.ErrnoException).code },
        cause,
      })
    }
  }
  return {
    path,
    backupPath,
    async load(scores) {
      const text = await read(path)
      if (text === undefined) return undefined
      try {
        const saved = parse(text)
        scores.restore(Object.entries(saved.scores))
        current = text
        return saved.block
      } catch (cause) {
        throw new TensorKitError('NEURON_STATE_CORRUPT', 'The file of scores is damaged', {
          facts: { file: path, backup: backupPath, reason: cause instanceof Error ? cause.message.slice(0, 100) : undefined },
          remedy: 'Copy the backup over the file to go on from the state before, or move the file away to begin from zero.',
          cause,
        })
      }
    },
    async save(scores, block) {
      const text = serialise({ format: FORMAT, version: VERSION, alpha: scores.alpha, block, scores: Object.fromEntries(scores.entries()) })
      try {
        await makeDirectory(dirname(path))
      } catch (cause) {
        throw new TensorKitError('NEURON_STATE_IO', 'The directory for scores cannot be made', {
          facts: { file: path, reason: (cause as NodeJS.ErrnoException).code },
          cause,
        })
      }
      if (current !== undefined) await write(backupPath, current)
      await write(path, text)
      current = text
    },
  }
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new TensorKitError('NEURON_STATE_IO', 'The file of scores cannot be read', {
      facts: { file: path, reason: (cause as NodeJS.ErrnoException).code },
      cause,
    })
  }
}

const checksum = (body: string): string => createHash('sha256').update(body).digest('hex')

/** One line with the checksum of the next, which is the state. */
function serialise(saved: SavedScores): string {
  const body = JSON.stringify(saved)
  return `${JSON.stringify({ format: FORMAT, sha256: checksum(body) })}\n${body}\n`
}

function parse(text: string): SavedScores {
  if (text.length > MAX_FILE_BYTES) throw new RangeError('it is too large')
  const [header = '', body = ''] = text.split('\n')
  const { format, sha256 } = JSON.parse(header) as { format?: unknown; sha256?: unknown }
  if (format !== FORMAT) throw new TypeError('it is not a file of scores')
  if (sha256 !== checksum(body)) throw new TypeError('its checksum is wrong')
  const saved = JSON.parse(body) as SavedScores
  if (saved.version !== VERSION) throw new TypeError(`it has version ${saved.version}, this program knows ${VERSION}`)
  return saved
}
