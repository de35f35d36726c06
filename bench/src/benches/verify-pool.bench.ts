import { createSignaturePool, initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '@tensorkit/core/crypto'
import { estimate, ratios } from '../harness/statistics.js'
import type { BenchOptions, BenchResult } from '../result.js'

const batch = 64
const keys = 16
const barRatio = 1.6

/**
 * Batches of sr25519 signatures of 128 B through a pool of two threads (`verifyMany`), dispatch and answers included, beside one thread, in turn.
 *
 * Two batches are on their way at a time, as callers do not wait for each other: with one, the threads would wait for the main thread
 * between batches.
 */
export async function benchVerifyPool({ quick, pairs, progress }: BenchOptions): Promise<BenchResult> {
  await initCrypto()
  const message = new Uint8Array(128).fill(7)
  const inputs = Array.from({ length: batch }, (_, index) => {
    const pair = keyPairFromUri(`//Bench//${index % keys}`)
    return { scheme: 'sr25519' as const, publicKey: pair.publicKey, message, signature: signerFromKeyPair(pair).sign(message) }
  })
  const [times, batches] = quick ? [2, 2] : [pairs ?? 31, 20]
  await using pool = createSignaturePool({ threads: 2, inlineBelow: 0 })
  const runs = {
    'one thread': () => Promise.resolve(inputs.map((input) => verifySignature(input))),
    'one by one': () => Promise.all(inputs.map((input) => Promise.resolve(pool.verify(input)))),
    pool: () => pool.verifyMany(inputs),
  }
  /** Verifications a second. */
  async function time(run: () => Promise<readonly boolean[]>): Promise<number> {
    const startedMs = performance.now()
    let left = batches
    const caller = async () => {
      while (left-- > 0) {
        if (!(await run()).every(Boolean)) throw new Error('A good signature was refused: the benchmark would measure refusals')
      }
    }
    await Promise.all([caller(), caller()])
    return (batches * batch * 1_000) / (performance.now() - startedMs)
  }
  const found = { 'one thread': [] as number[], 'one by one': [] as number[], pool: [] as number[] }
  // Starts the threads, and lets both engines be compiled everywhere.
  for (const run of Object.values(runs)) for (let warmUp = 0; warmUp < (quick ? 1 : 3); warmUp++) await time(run)
  for (let round = 0; round < times; round++) {
    progress(`${round + 1} of ${times}`)
    const order = round % 2 === 0 ? (['one thread', 'pool', 'one by one'] as const) : (['one by one', 'pool', 'one thread'] as const)
    for (const kind of order) found[kind].push(await time(runs[kind]))
  }
  return {
    name: 'verify-pool',
    figures: {
      'one thread: verifications per second': estimate(found['one thread']).median,
      'pool of 2: verifications per second': estimate(found.pool).median,
      'pool of 2, a call for each: verifications per second': estimate(found['one by one']).median,
      'pool of 2, a call for each: times one thread': ratios(found['one by one'], found['one thread']).median,
    },
    bars: [
      {
        what: 'verifications through a pool of 2 threads, times one thread',
        demand: 'at least',
        limit: barRatio,
        measured: ratios(found.pool, found['one thread']),
      },
    ],
    method: `${times} pairs of ${batches} batches of ${batch}, two at a time`,
  }
}
