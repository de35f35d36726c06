import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join, relative, sep } from 'node:path'
import { cacheDir, rootDir } from './paths.mjs'

// What comes out of a build or a run, the example's report among it: else each run would ask for a build.
const skipped = new Set(['node_modules', 'dist', 'coverage', '.cache', 'report.html', 'report.html.part'])

function files(path) {
  const entries = readdirSync(path, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1))
  return entries.flatMap((entry) => {
    if (skipped.has(entry.name)) return []
    const child = join(path, entry.name)
    return entry.isDirectory() ? files(child) : entry.isFile() ? [child] : []
  })
}

/** A digest over the names and contents of files and folders, relative to the root. Tests and documents do not count. */
export function digestOf(paths) {
  const hash = createHash('sha256').update(process.version)
  for (const path of paths) {
    const absolute = join(rootDir, path)
    const found = statSync(absolute).isDirectory() ? files(absolute) : [absolute]
    for (const file of found.filter((name) => !/\.(test|test-d)\.ts$|\.md$/.test(name))) {
      const content = readFileSync(file)
      hash.update(`${relative(rootDir, file).split(sep).join('/')} ${content.length}\n`).update(content)
    }
  }
  return hash.digest('hex')
}

const stampFile = (name) => join(cacheDir, 'stamps', name.replaceAll(/[^a-z0-9-]+/gi, '-'))

/** Whether the step of this name was done for exactly this digest. */
export const isDone = (name, digest) => existsSync(stampFile(name)) && readFileSync(stampFile(name), 'utf8') === digest

/** Remembers that the step was done. */
export async function markDone(name, digest) {
  await mkdir(dirname(stampFile(name)), { recursive: true })
  await writeFile(stampFile(name), digest)
}
