// Runs the code in the documents: `node scripts/docs.mjs [page ...]`. All `ts` blocks of a page are one program, in order: it must
// type-check, and run on the built packages with exit code 0. A block marked `ts no-run` is only type-checked, `ts sketch` is neither.
// Relative links must lead to a file.
import { existsSync } from 'node:fs'
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import ts from 'typescript'
import { rootDir } from './lib/paths.mjs'
import { run } from './lib/run.mjs'
import { say } from './lib/say.mjs'

const outDir = join(rootDir, 'docs/.run')
const timeoutMs = 120_000

/** The `ts` blocks of a page. */
function blocks(markdown) {
  return [...markdown.matchAll(/^```ts([^\n]*)\n(.*?)^```$/gms)].map(([, info, code]) => ({ marks: info.trim().split(/\s+/), code }))
}

/** Blocks as one program: each says what it imports, so the imports of all are joined on top. */
function program(parts) {
  const names = new Map()
  const body = parts.map(({ code }) =>
    code.replace(/^import (type )?\{([^}]*)\} from ('[^']+')\n/gm, (_, type = '', list, from) => {
      const known = names.get(from) ?? new Set()
      for (const name of list.split(',').map((part) => part.trim())) if (name) known.add(`${type}${name}`)
      names.set(from, known)
      return ''
    }),
  )
  const imports = [...names].map(([from, known]) => `import { ${[...known].join(', ')} } from ${from}`)
  return `${[...imports, ...body].join('\n')}\nexport {}\n`
}

/** Every page that may hold code: the READMEs and docs/. */
async function pages() {
  const docs = (await readdir(join(rootDir, 'docs'))).filter((name) => name.endsWith('.md')).map((name) => `docs/${name}`)
  const readmes = []
  for (const parent of ['packages', 'examples'])
    for (const name of await readdir(join(rootDir, parent))) readmes.push(`${parent}/${name}/README.md`)
  return ['README.md', ...docs, ...readmes].filter((page) => existsSync(join(rootDir, page))).sort()
}

/** The relative links of a page that lead nowhere. */
function brokenLinks(page, markdown) {
  const targets = [...markdown.matchAll(/\]\(([^)#\s]+)|(?:src|srcset|href)="([^"#]+)"/g)].map(([, link, attribute]) => link ?? attribute)
  return targets.filter((target) => !/^[a-z]+:/.test(target) && !existsSync(join(rootDir, dirname(page), target)))
}

const chosen = process.argv.slice(2)
await rm(outDir, { recursive: true, force: true })
await mkdir(outDir, { recursive: true })
const programs = []
for (const page of await pages()) {
  if (chosen.length > 0 && !chosen.includes(page)) continue
  const markdown = await readFile(join(rootDir, page), 'utf8')
  for (const target of brokenLinks(page, markdown)) {
    process.exitCode = 1
    say(`FAILED  ${page}: the link to ${target} leads nowhere`)
  }
  const code = blocks(markdown).filter(({ marks }) => !marks.includes('sketch'))
  if (code.length === 0) continue
  const name = page.replace(/\.md$/, '').replaceAll('/', '-').toLowerCase()
  await writeFile(join(outDir, `${name}.ts`), program(code))
  const runnable = code.filter(({ marks }) => !marks.includes('no-run'))
  programs.push({ page, name, runnable: runnable.length === 0 ? undefined : program(runnable) })
}
if (programs.length === 0) throw new Error('no code found in any document: the pattern of the blocks must have changed')

await writeFile(
  join(outDir, 'tsconfig.json'),
  JSON.stringify({
    extends: '../../tsconfig.json',
    compilerOptions: {
      noUnusedLocals: false,
      paths: Object.fromEntries(
        Object.entries(JSON.parse(await readFile(join(rootDir, 'tsconfig.json'), 'utf8')).compilerOptions.paths).map(([name, [target]]) => [
          name,
          [`../../${target}`],
        ]),
      ),
    },
    include: ['*.ts'],
    exclude: [],
  }),
)

/** Whether the code of all pages has the right types. */
async function checkTypes() {
  const { code, output } = await run(
    process.execPath,
    [join(rootDir, 'node_modules/typescript/bin/tsc'), '-p', join(outDir, 'tsconfig.json')],
    { cwd: rootDir },
  )
  if (code === 0) return
  say(`the documents' code does not type-check\n${output}`)
  process.exitCode = 1
}

/** Runs the program of a page, in a folder of its own. */
async function runPage({ page, name, runnable }) {
  const { outputText } = ts.transpileModule(runnable, { compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 } })
  const file = join(outDir, `${name}.mjs`)
  await writeFile(file, outputText)
  const cwd = join(outDir, `${name}-files`)
  await mkdir(cwd)
  const started = performance.now()
  const { code, output } = await run('node', ['--unhandled-rejections=strict', file], {
    cwd,
    env: { NODE_OPTIONS: '', TENSORKIT_DOCS: basename(file) },
    timeoutMs,
  })
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  if (code !== 0) process.exitCode = 1
  say(`${code === 0 ? 'ok    ' : 'FAILED'}  ${page} (${seconds} s)${code === 0 ? '' : `\n${output}`}`)
}

// Two at a time: they share no file and no port, and much of their time is waiting.
const queue = [checkTypes, ...programs.filter(({ runnable }) => runnable !== undefined).map((program) => () => runPage(program))]
const worker = async () => {
  for (let next = queue.shift(); next; next = queue.shift()) await next()
}
await Promise.all([worker(), worker()])
