import type { QueryOptions } from '../options.js'
import type { Reply } from '../reply.js'

/** Decides after each reply whether a query has enough. */
export function stopRule<Value>({ first, quorum }: Pick<QueryOptions<Value>, 'first' | 'quorum'>): (reply: Reply<Value>) => boolean {
  let good = 0
  const votes = new Map<string | number | bigint | boolean, number>()
  return (reply) => {
    if (!reply.ok) return false
    good++
    if (first !== undefined && good >= first) return true
    if (quorum === undefined) return false
    const vote = quorum.agreeOn(reply.value)
    const count = (votes.get(vote) ?? 0) + 1
    votes.set(vote, count)
    return count >= quorum.count
  }
}
