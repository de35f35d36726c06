// Progress of the setup scripts, on stderr so that a command's own output stays clean.
const started = performance.now()

/** Prints one line of progress with the seconds since the start. */
export function say(text) {
  process.stderr.write(`[${((performance.now() - started) / 1000).toFixed(1).padStart(5)} s] ${text}\n`)
}

/** Ends the process with one clear message and what to do about it. */
export function fail(text, remedy) {
  process.stderr.write(`\n${text}\n${remedy}\n`)
  process.exit(1)
}
