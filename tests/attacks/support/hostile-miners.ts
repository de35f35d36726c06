import { createTlsIdentity } from '@tensorkit/axon'
import type { InferResponse, Method } from '@tensorkit/core'
import type { Dendrite, QueryOptions, Reply, Target } from '@tensorkit/dendrite'
import { dendriteBench, echo, sleep, Talk } from '../../dendrite-support.js'
import { type Behaviour, frame, type TestPeerOptions } from '../../support/test-peer.js'

export const hi = { text: 'hi', count: 1 }
export const grpcHead = { ':status': 200, 'content-type': 'application/grpc' }

/** Both transports: what a miner may not do to one, it may not do to the other. */
export const transports = ['http2', 'grpc-js'] as const

/** Peers that do as they are told, each a miner with a hotkey of its own, and dendrites to ask them. */
export function minersBench() {
  const bench = dendriteBench()
  /** Starts miners: by name, how each answers one method. */
  const miners = async <Name extends string>(
    behaviours: Readonly<Record<Name, Behaviour>>,
    { method = Talk.say, ...options }: Partial<TestPeerOptions> & { readonly method?: Method } = {},
  ) => {
    const identity = options.identity ?? (await createTlsIdentity())
    const start = async ([name, behaviour]: [string, Behaviour]) => {
      const peer = await bench.peer({ [method.path]: behaviour }, { signer: await bench.signer(name), identity, ...options })
      return [name, { ...peer, calls: () => peer.paths.filter((path) => path === method.path).length }] as const
    }
    const started = await Promise.all(Object.entries<Behaviour>(behaviours).map(start))
    type Miner = (typeof started)[number][1]
    return Object.fromEntries(started) as Record<Name, Miner>
  }
  return { ...bench, miners }
}

/** A round's outcome by the name of the miner: `ok`, or the error's code. */
export async function outcomes<Name extends string>(
  dendrite: Dendrite,
  miners: Readonly<Record<Name, { readonly target: Target }>>,
  options: QueryOptions<InferResponse<typeof Talk.say>> = {},
): Promise<Record<Name, string>> {
  const all = Object.entries<{ readonly target: Target }>(miners)
  const names = new Map(all.map(([name, { target }]) => [target.hotkey, name]))
  const codes: Record<string, string> = {}
  for await (const reply of dendrite.query(
    all.map(([, { target }]) => target),
    Talk.say,
    hi,
    options,
  )) {
    codes[names.get(reply.hotkey) as string] = codeOf(reply)
  }
  return codes
}

export const codeOf = (reply: Reply<unknown>): string => (reply.ok ? 'ok' : reply.error.code)

/** Whether something is not over after a while in which it should be. */
export const isPendingAfter = (ms: number, work: Promise<unknown>): Promise<boolean> =>
  Promise.race([work.then(() => false), sleep(ms).then(() => true)])

export const honest: Behaviour = echo

/** Takes its time, and answers well. */
export const late =
  (ms: number): Behaviour =>
  async (call) => {
    await sleep(ms)
    await echo(call)
  }

/** Sends messages for as long as somebody takes them. */
export function endless(message: Uint8Array): { readonly behaviour: Behaviour; written(): number; isCut(): boolean } {
  let written = 0
  let isCut = false
  const framed = frame(message)
  return {
    written: () => written,
    isCut: () => isCut,
    behaviour: ({ stream }) => {
      stream.respond(grpcHead)
      stream.on('close', () => {
        isCut = true
      })
      const more = () => {
        while (!stream.destroyed) {
          written += framed.length
          if (!stream.write(framed)) return void stream.once('drain', more)
        }
      }
      more()
    },
  }
}
