import { type ChildProcess, spawn } from 'node:child_process'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe } from 'vitest'
import { createGrpcJsTransport } from '../packages/dendrite/src/transport/grpc-js/grpc-js-transport.js'
import { createHttp2Transport } from '../packages/dendrite/src/transport/http2/http2-transport.js'
import { makeIdentity } from '../packages/dendrite/src/transport/test/certificates.js'
import { type InteropPeer, interopCases } from '../packages/dendrite/src/transport/test/interop-cases.js'
import { pythonVenv } from './support/python-venv.js'

const script = fileURLToPath(new URL('grpcio-server.py', import.meta.url))
let python: string
let directory: string

async function startGrpcio(): Promise<InteropPeer> {
  const identity = await makeIdentity()
  const [key, cert] = [join(directory, 'key.pem'), join(directory, 'cert.pem')]
  await writeFile(key, identity.key, { mode: 0o600 })
  await writeFile(cert, identity.cert)
  const child: ChildProcess = spawn(python, [script, key, cert], { stdio: ['pipe', 'pipe', 'inherit'] })
  let cancelled = 0
  const port = await new Promise<number>((resolve, reject) => {
    child.once('error', reject)
    child.once('exit', () => reject(new Error('the Python server did not start')))
    createInterface({ input: child.stdout as NodeJS.ReadableStream }).on('line', (line) => {
      if (line === 'cancelled') cancelled++
      else resolve(Number(line))
    })
  })
  return { port, pin: identity, cancelled: () => cancelled, close: () => child.kill('SIGKILL') }
}

beforeAll(async () => {
  // gRPC's C core: an HTTP/2 stack and a TLS library that nobody here wrote.
  python = (await pythonVenv(new URL('grpcio/requirements.txt', import.meta.url))).python
  directory = await mkdtemp(join(tmpdir(), 'grpcio-'))
}, 300_000)
afterAll(() => rm(directory, { recursive: true, force: true }))

describe('the http2 transport and a grpcio server', () => interopCases(createHttp2Transport, startGrpcio))
describe('the grpc-js transport and a grpcio server', () => interopCases(createGrpcJsTransport, startGrpcio))
