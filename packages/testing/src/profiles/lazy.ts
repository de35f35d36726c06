import { type MinerProfile, streamsReplies } from './miner-profile.js'

const maxRemembered = 10_000

/** A miner that works once: each method's first answer is its answer to everything. */
export function lazy(): MinerProfile {
  return {
    name: 'lazy',
    wrap: (handler, { method }) => {
      if (!streamsReplies(method)) {
        let first: Promise<unknown> | undefined
        return (request, context) => {
          first ??= Promise.resolve(handler(request, context))
          return first
        }
      }
      let replies: unknown[] | undefined
      return async function* (request, context) {
        if (replies !== undefined) {
          yield* replies
          return
        }
        const seen: unknown[] = []
        for await (const reply of handler(request, context) as AsyncIterable<unknown>) {
          if (seen.length < maxRemembered) seen.push(reply)
          yield reply
        }
        replies = seen
      }
    },
  }
}
