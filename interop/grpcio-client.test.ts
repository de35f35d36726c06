import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { noMetrics, silentLogger, systemClock } from '@tensorkit/core'
import { beforeAll, expect, it } from 'vitest'
import { RefusalLog } from '../packages/axon/src/refusal-log.js'
import { resolveLimits } from '../packages/axon/src/resolve-limits.js'
import { createGrpcTransport } from '../packages/axon/src/transport/grpc-transport.js'
import { headerValues } from '../packages/axon/src/transport/header-values.js'
import type { IncomingCall } from '../packages/axon/src/transport/incoming-call.js'
import { pythonVenv } from './support/python-venv.js'

const script = fileURLToPath(new URL('grpcio-client.py', import.meta.url))
const run = promisify(execFile)

let python: string
beforeAll(async () => {
  // gRPC's C core: an HTTP/2 stack and a TLS library that nobody here wrote.
  python = (await pythonVenv(new URL('grpcio/requirements.txt', import.meta.url))).python
}, 300_000)

/** Answers each message with itself; in the trailers, the second value of a binary key. */
async function echo(call: IncomingCall): Promise<void> {
  for (;;) {
    const message = await call.readMessage()
    if (message === undefined) {
      const [, second] = headerValues(call.headers, 'x-echo-bin')
      call.finish(second === undefined ? undefined : { 'x-echo-bin': second })
      return
    }
    if (!(message instanceof Uint8Array)) {
      call.refuse(message)
      return
    }
    await call.sendMessage(message)
  }
}

it.each(['http2', 'grpc-js'] as const)('a grpcio client and the %s server', async (name) => {
  const reasons: unknown[] = []
  const transport = createGrpcTransport(name, {
    limits: resolveLimits(),
    clock: systemClock,
    refusalLog: new RefusalLog({ logger: silentLogger, clock: systemClock }),
    metrics: noMetrics,
    isProxy: () => false,
  })
  transport.handle('/test.v1.Test/Echo', (call) => {
    call.onOver(() => reasons.push(call.signal.reason?.code))
    void echo(call)
  })
  try {
    const port = await transport.listen({ host: '127.0.0.1', port: 0 })
    const { stdout } = await run(python, [script, String(port)], { timeout: 120_000 })
    expect(JSON.parse(stdout)).toEqual({
      unary: true,
      gzip: true,
      deflate: true,
      empty: true,
      trailers: [Buffer.from('two').toString('hex')],
      streams: true,
      'unknown method': 'UNIMPLEMENTED',
      'too large': 'RESOURCE_EXHAUSTED',
      deadline: 'DEADLINE_EXCEEDED',
      cancelled: 'CANCELLED',
      'still there': true,
    })
    expect(reasons).toContain('CORE_ABORTED')
  } finally {
    await transport.shutdown(0)
  }
})
