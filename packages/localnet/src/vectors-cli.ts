import { vectorsCommand } from './vectors/vectors-command.js'

// A package script runs in the package's directory; the user's own is then in INIT_CWD. Other programs only inherit it.
const fromScript = process.env.npm_lifecycle_event === 'vectors' ? process.env.INIT_CWD : undefined

process.exitCode = vectorsCommand({
  args: process.argv.slice(2),
  directory: fromScript ?? process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
