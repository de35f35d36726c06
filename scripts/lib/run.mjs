import { spawn } from 'node:child_process'

/**
 * Runs a command to its end.
 *
 * @returns Its exit code and, unless `inherit`, its output (stdout and stderr in order of arrival).
 */
export function run(command, args, { cwd, env, inherit = false, timeoutMs } = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd,
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
      stdio: inherit ? 'inherit' : ['ignore', 'pipe', 'pipe'],
      shell: process.platform === 'win32' && command === 'npm',
    })
    let output = ''
    child.stdout?.on('data', (chunk) => (output += chunk))
    child.stderr?.on('data', (chunk) => (output += chunk))
    // The terminal sends Ctrl-C to the child too; this process only waits for it to drain.
    const ignore = () => {}
    if (inherit) process.on('SIGINT', ignore)
    child.once('error', reject)
    child.once('close', (code, signal) => {
      process.off('SIGINT', ignore)
      resolve({ code: signal === null ? code : 130, output: signal === null ? output : `${output}\n(ended by ${signal})` })
    })
  })
}
