import type { Dendrite } from '@tensorkit/dendrite'
import type { ReplySummary } from './neuron-event.js'

/** Replies remembered of one round. */
const MAX_REPLIES = 4096

/** A dendrite whose replies are counted, for the events of a round. */
export interface ObservedDendrite {
  readonly dendrite: Dendrite
  /** The replies since the last time, in the order in which they came. */
  take(): readonly ReplySummary[]
}

/** Counts the replies of a dendrite. The dendrite itself is not changed. */
export function observeDendrite(inner: Dendrite): ObservedDendrite {
  let replies: ReplySummary[] = []
  const note = (
    reply: { readonly hotkey: ReplySummary['hotkey']; readonly uid: ReplySummary['uid']; readonly timings: { readonly callMs: number } } & (
      | { readonly ok: true }
      | { readonly ok: false; readonly error: { readonly code: ReplySummary['code'] } }
    ),
  ) => {
    if (replies.length >= MAX_REPLIES) return
    replies.push({
      hotkey: reply.hotkey,
      uid: reply.uid,
      ok: reply.ok,
      code: reply.ok ? undefined : reply.error.code,
      callMs: reply.timings.callMs,
    })
  }
  const dendrite: Dendrite = {
    async *query(...args) {
      for await (const reply of inner.query(...args)) {
        note(reply)
        yield reply
      }
    },
    async call(...args) {
      const reply = await inner.call(...args)
      note(reply)
      return reply
    },
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
