import { execFile } from 'node:child_process'
import { access } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

// grpcio is gRPC's C core: an HTTP/2 stack and a TLS library that nobody here wrote.
const version = '1.85.1'
const environment = fileURLToPath(new URL(`../.cache/grpcio-${version}`, import.meta.url))
const run = promisify(execFile)

/** A Python that has grpcio: the machine's own, or one made here once. */
export async function findPython(): Promise<string> {
  const hasGrpc = (python: string) =>
    run(python, ['-c', 'import grpc']).then(
      () => true,
      () => false,
    )
  if (await hasGrpc('python3')) return 'python3'
  const python = join(environment, 'bin', 'python')
  const isThere = await access(python).then(
    () => hasGrpc(python),
    () => false,
  )
  if (isThere) return python
  await run('python3', ['-m', 'venv', environment])
  await run(python, ['-m', 'pip', 'install', '--quiet', '--disable-pip-version-check', `grpcio==${version}`], { timeout: 240_000 })
  return python
}
