// The fuzzing of the soak test, in a process of its own: `soak-fuzz.js`.
import { bodySha256Hex, createNonceSource, type Ss58Address, signBtauthCall } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { floodCalls, framed, grpcHeaders, openHttp2 } from './attacks/connect.js'
import { answerQuestions, receiveConfig } from './harness/child.js'
import { clientSigner, serverSigner, subnet } from './peers/keys.js'
import { Bench } from './peers/protocol.js'
import { fuzzTargets } from './soak/fuzz-targets.js'
import { openHandles } from './soak/handles.js'
import { Random } from './soak/random.js'
import type { FuzzTasks } from './soak/tasks.js'

const shownFindings = 5
// Its own source where all of 127.0.0.0/8 is this machine: what it gets wrong is not to count against the validators.
const source = process.platform === 'linux' ? '127.0.0.3' : '127.0.0.1'

const { seed } = await receiveConfig<{ readonly seed: number }>()
const random = new Random(seed)
await initCrypto()
// A validator of its own, so that its rate is not taken from the others.
const signer = await clientSigner(15)
const targets = await fuzzTargets({ signer, server: await serverSigner(0) })
const weighted = targets.flatMap((target) => Array.from({ length: target.weight }, () => target))
const valid = Bench.tensor.request.encode({ tensor: { dtype: 'F32', shape: [2, 2], data: Float32Array.of(1, 2, 3, 4) } })
const nextNonce = createNonceSource()

const tasks: FuzzTasks = {
  fuzz({ cases }) {
    const findings: string[] = []
    for (let i = 0; i < cases; i++) {
      const target = random.pick(weighted)
      try {
        target.run(random)
      } catch (error) {
        if (findings.length < shownFindings) findings.push(`${target.name}: ${error instanceof Error ? error.stack : String(error)}`)
      }
    }
    return { cases, findings }
  },
  async wire({ address, cases }) {
    const server = address.hotkey as Ss58Address
    const target = { host: '127.0.0.1', port: address.port, source, server, claimed: signer.address, ...subnet }
    const count = { attempts: 0, reached: 0 }
    const connection = await openHttp2(target, count)
    if (connection === undefined) return { cases: 0, answered: 0 }
    const stop = new AbortController()
    const before = count.attempts
    const reachedBefore = count.reached
    // Half of them are let in and meet the decoder, half break the metadata.
    const next = async () => {
      if (count.attempts - before >= cases) stop.abort()
      const body = random.mutate(valid)
      const signed = await signBtauthCall({
        signer,
        receiver: server,
        path: Bench.tensor.path,
        bodySha256: bodySha256Hex(body),
        nonce: nextNonce(),
      })
      const headers = Object.entries(signed).map(([name, text]) => [
        name,
        random.below(12) > 0 ? text : text.slice(random.below(text.length)),
      ])
      return { headers: { ...grpcHeaders(target, Bench.tensor.path), ...Object.fromEntries(headers) }, body: framed(body) }
    }
    await floodCalls(connection, { inFlight: 8, signal: stop.signal, count, next })
    return { cases: count.attempts - before, answered: count.reached - reachedBefore }
  },
  handles: openHandles,
}

answerQuestions(tasks)
