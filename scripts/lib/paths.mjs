import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The root of the repository. */
export const rootDir = dirname(dirname(dirname(fileURLToPath(import.meta.url))))

/** What the setup scripts keep between runs; safe to delete. */
export const cacheDir = join(rootDir, '.cache')
