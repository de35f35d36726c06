import type { BadReply, Dendrite, GoodReply } from '@tensorkit/dendrite'
import type { ReplySummary } from './neuron-event.js'

/** Replies remembered of one round. */
const MAX_REPLIES = 4096

/** What a reply and a stream's result have in common. */
type Outcome = Pick<GoodReply<unknown>, 'ok' | 'hotkey' | 'uid' | 'timings'> | BadReply

/** A dendrite whose replies are counted, for the events of a round. */
export interface ObservedDendrite {
  readonly dendrite: Dendrite
  /** The replies since the last time, in the order in which they came. */
  take(): readonly ReplySummary[]
}

/** Counts the replies of a dendrite, streams by their ends. The dendrite itself is not changed. */
export function observeDendrite(inner: Dendrite): ObservedDendrite {
  let replies: ReplySummary[] = []
  const note = ({ hotkey, uid, timings: { callMs }, ...outcome }: Outcome) => {
    if (replies.length >= MAX_REPLIES) return
    replies.push({ hotkey, uid, ok: outcome.ok, code: outcome.ok ? undefined : outcome.error.code, callMs })
  }
  const noted = <T extends Outcome>(outcome: T): T => {
    note(outcome)
    return outcome
  }
  const dendrite: Dendrite = {
    async *query(...args) {
      for await (const reply of inner.query(...args)) yield noted(reply)
    },
    call: async (...args) => noted(await inner.call(...args)),
    hedge: async (...args) => noted(await inner.hedge(...args)),
    upload: async (...args) => noted(await inner.upload(...args)),
    stream(...args) {
      const stream = inner.stream(...args)
      // Its result never rejects.
      void stream.result.then(note)
      return stream
    },
    open(...args) {
      const stream = inner.open(...args)
      void stream.result.then(note)
      return stream
    },
    warmUp: (...args) => inner.warmUp(...args),
    peers: () => inner.peers(),
    describe: (...args) => inner.describe(...args),
    close: () => inner.close(),
    [Symbol.asyncDispose]: () => inner[Symbol.asyncDispose](),
  }
  return {
    dendrite,
    take() {
      const taken = replies
      replies = []
      return taken
    },
  }
}
