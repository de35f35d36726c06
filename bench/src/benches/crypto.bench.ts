import { cryptoWaitReady, sr25519Sign as polkadotSign, sr25519Verify as polkadotVerify } from '@polkadot/util-crypto'
import { encodeSs58, isSs58Address } from '@tensorkit/core'
import { blake2b256, initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '@tensorkit/core/crypto'
import { median, ratios } from '../harness/statistics.js'
import type { BenchOptions, BenchResult } from '../result.js'

const message = new Uint8Array(128).fill(7)
// What an auth payload or an extrinsic needs of one verification, beside what a Node user has today.
const barRatio = 6

/** Microseconds a call, over one repetition of at least the given time. */
function time(run: () => unknown, minMs: number): number {
  let calls = 0
  const start = performance.now()
  let elapsedMs = 0
  do {
    for (let i = 0; i < 8; i++) run()
    calls += 8
    elapsedMs = performance.now() - start
  } while (elapsedMs < minMs)
  return (elapsedMs / calls) * 1_000
}

/**
 * Signatures, hashes and addresses of the signature engine, sr25519 beside @polkadot/util-crypto 14.
 *
 * Repetitions are interleaved, so that a slow moment of the machine meets all of them.
 */
export async function benchCrypto({ quick }: BenchOptions): Promise<BenchResult> {
  await Promise.all([initCrypto(), cryptoWaitReady()])
  const pair = keyPairFromUri('//Alice')
  const signer = signerFromKeyPair(pair)
  const ed = keyPairFromUri('//Alice', 'ed25519')
  const edSigner = signerFromKeyPair(ed)
  const polkadotPair = { publicKey: pair.publicKey, secretKey: pair.secretKey }
  const signature = signer.sign(message)
  const edSignature = edSigner.sign(message)
  const address = encodeSs58(pair.publicKey)
  const cases: Record<string, () => unknown> = {
    'sr25519 verify': () => verifySignature({ scheme: 'sr25519', publicKey: pair.publicKey, message, signature }),
    'sr25519 verify, @polkadot/util-crypto': () => polkadotVerify(message, signature, pair.publicKey),
    'sr25519 sign': () => signer.sign(message),
    'sr25519 sign, @polkadot/util-crypto': () => polkadotSign(message, polkadotPair),
    'ed25519 verify': () => verifySignature({ scheme: 'ed25519', publicKey: ed.publicKey, message, signature: edSignature }),
    'ed25519 sign': () => edSigner.sign(message),
    'blake2b-256 of 128 B': () => blake2b256(message),
    'SS58 encode': () => encodeSs58(pair.publicKey),
    'SS58 check': () => isSs58Address(address),
  }
  for (const name of ['sr25519 verify', 'sr25519 verify, @polkadot/util-crypto', 'ed25519 verify', 'SS58 check']) {
    if (cases[name]?.() !== true) throw new Error(`${name} does not answer true: the benchmark would measure a refusal`)
  }
  const repetitions = quick ? 3 : 11
  const runs = Object.fromEntries(Object.keys(cases).map((name) => [name, [] as number[]]))
  for (const run of Object.values(cases)) time(run, quick ? 5 : 200)
  for (let repetition = 0; repetition < repetitions; repetition++) {
    for (const [name, run] of Object.entries(cases)) runs[name]?.push(time(run, quick ? 5 : 150))
  }
  const medians = Object.fromEntries(Object.entries(runs).map(([name, values]) => [`${name}, µs`, median(values)]))
  const timesFaster = (name: string) => ratios(runs[`${name}, @polkadot/util-crypto`] ?? [], runs[name] ?? [])
  return {
    name: 'crypto',
    figures: { ...medians, 'sr25519 sign, times faster': timesFaster('sr25519 sign').median },
    bars: [
      {
        what: 'sr25519 verification, times as fast as @polkadot/util-crypto 14',
        demand: 'at least',
        limit: barRatio,
        measured: timesFaster('sr25519 verify'),
      },
    ],
    method: `${repetitions} repetitions in turn`,
  }
}
