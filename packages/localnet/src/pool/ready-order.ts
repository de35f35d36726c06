import type { PoolTransaction } from './pool-transaction.js'

/** Whether `a` goes into a block before `b`: higher priority, then the one that expires earlier, then the one that came earlier. */
export function compareReady(a: PoolTransaction, b: PoolTransaction): number {
  if (a.priority !== b.priority) return a.priority > b.priority ? -1 : 1
  return a.validTill - b.validTill || a.order - b.order
}

/**
 * The order in which ready extrinsics go into a block: by {@link compareReady}, but never before what they require.
 *
 * Source: `sc_transaction_pool::graph::ready::BestIterator`.
 */
export function orderReady(ready: Iterable<PoolTransaction>): PoolTransaction[] {
  const transactions = [...ready]
  const provider = new Map(transactions.flatMap((transaction) => transaction.provides.map((tag) => [tag, transaction] as const)))
  const waitsFor = new Map<PoolTransaction, number>()
  const dependents = new Map<PoolTransaction, PoolTransaction[]>()
  const free: PoolTransaction[] = []
  for (const transaction of transactions) {
    const providers = transaction.requires.map((tag) => provider.get(tag)).filter((found) => found !== undefined)
    for (const found of providers) dependents.set(found, [...(dependents.get(found) ?? []), transaction])
    if (providers.length === 0) free.push(transaction)
    else waitsFor.set(transaction, providers.length)
  }
  // Best last, so that taking and inserting move little.
  free.sort((a, b) => compareReady(b, a))
  const ordered: PoolTransaction[] = []
  for (let next = free.pop(); next; next = free.pop()) {
    ordered.push(next)
    for (const dependent of dependents.get(next) ?? []) {
      const left = (waitsFor.get(dependent) ?? 1) - 1
      waitsFor.set(dependent, left)
      if (left === 0) insert(free, dependent)
    }
  }
  return ordered
}

function insert(free: PoolTransaction[], transaction: PoolTransaction): void {
  let low = 0
  let high = free.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if (compareReady(free[middle] as PoolTransaction, transaction) > 0) low = middle + 1
    else high = middle
  }
  free.splice(low, 0, transaction)
}
