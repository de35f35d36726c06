import { type MinerProfile, streamsReplies } from './miner-profile.js'

/** A miner that answers rightly, but late: so many ms by the subnet's clock before each answer, or before the first of a stream. */
export function slow({ delayMs }: { readonly delayMs: number }): MinerProfile {
  return {
    name: 'slow',
    wrap: (handler, { method, clock }) =>
      streamsReplies(method)
        ? async function* (request, context) {
            await clock.sleep(delayMs, context.signal)
            yield* handler(request, context) as AsyncIterable<unknown>
          }
        : async (request, context) => {
            await clock.sleep(delayMs, context.signal)
            return handler(request, context)
          },
  }
}
