import { vectorsCommand } from './vectors/vectors-command.js'

process.exitCode = vectorsCommand({
  args: process.argv.slice(2),
  directory: process.cwd(),
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
})
