// Writes the files that are made from others; `--check` fails instead when one is not up to date.
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { errorsPage } from './generators/errors-page.mjs'
import { localnetCallsPage } from './generators/localnet-calls-page.mjs'
import { rootDir } from './lib/paths.mjs'

const generated = { 'docs/errors.md': errorsPage, 'docs/localnet-calls.md': localnetCallsPage }

let stale = 0
for (const [file, generate] of Object.entries(generated)) {
  const path = join(rootDir, file)
  const content = await generate()
  if (process.argv.includes('--check')) {
    const current = await readFile(path, 'utf8').catch(() => undefined)
    if (current === content) continue
    stale++
    process.stdout.write(`${file} is not up to date: run \`node scripts/generate.mjs\`\n`)
  } else await writeFile(path, content)
}
process.exitCode = stale === 0 ? 0 : 1
