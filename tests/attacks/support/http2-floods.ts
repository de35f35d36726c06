import { Echo } from '../../axon-dendrite-support.js'
import type { AttackedAxon } from './attacked-axon.js'
import type { FloodBench } from './flood-bench.js'
import { callBlock, frame, frameFlags, frameReader, framesOf, frameTypes, preface, type ReceivedFrame } from './http2-frames.js'
import { type RawSocket, rawSocket } from './raw-socket.js'

export const many = (count: number, make: (i: number) => Buffer): Buffer[] => Array.from({ length: count }, (_, i) => make(i))

/** The headers of a call that goes on. */
export const newStream = (i: number, more: readonly Buffer[] = []): Buffer =>
  frame('headers', callBlock(Echo.say.path, more), { stream: 2 * i + 1, flags: frameFlags.endHeaders })

/** Connections that say HTTP/2 frames by hand. The bench closes them after each test. */
export function http2Floods(bench: Pick<FloodBench, 'keep'>) {
  /** Takes the peer's settings, says it all, and waits until the peer says goodbye, resets a stream, answers one, or leaves. */
  async function tell(
    endpoint: { readonly host: string; readonly port: number },
    parts: readonly Uint8Array[],
    settings: Parameters<typeof preface>[0] = [],
  ): Promise<RawSocket> {
    const raw = await rawSocket(endpoint, { first: preface(settings) })
    bench.keep(raw)
    const isAnswer = ({ type }: { type: number }) => type === frameTypes.goaway || type === frameTypes.reset || type === frameTypes.headers
    raw.socket.once('data', () =>
      raw.socket.write(Buffer.concat([frame('settings', Buffer.alloc(0), { flags: frameFlags.ack }), ...parts])),
    )
    const answered = new Promise<void>((resolve) => {
      raw.socket.on('data', () => {
        if (framesOf(raw.received).some(isAnswer)) resolve()
      })
    })
    await Promise.race([raw.closed, answered])
    return raw
  }

  /** A connection that says something batch by batch, and takes the answers to each before the next: never too many wait for nghttp2. */
  async function batchCaller({ axon }: AttackedAxon, isAnswer: (frame: ReceivedFrame) => boolean) {
    const raw = bench.keep(await rawSocket(axon.endpoint, { first: preface() }))
    let answered = 0
    let onAnswer = () => {}
    const read = frameReader((one) => {
      if (isAnswer(one)) answered++
    })
    raw.socket.on('data', (part) => {
      read(part)
      onAnswer()
    })
    /** Resolves when there are so many answers in all, or the connection is gone. */
    const say = async (parts: readonly Buffer[], answers: number) => {
      raw.socket.write(Buffer.concat(parts))
      const enough = new Promise<void>((resolve) => {
        onAnswer = () => {
          if (answered >= answers) resolve()
        }
      })
      await Promise.race([raw.closed, enough])
    }
    return { raw, say, answered: () => answered }
  }

  return { tell, batchCaller }
}
