import { sr25519Verify as utilVerify } from '@polkadot/util-crypto'
import { sr25519Verify } from '@polkadot/wasm-crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { loadFastSr25519 } from './fast-sr25519.mjs'
import { initCrypto } from './init-crypto.js'
import { keyPairFromSeed } from './key-pair.js'
import { signerFromKeyPair } from './signer.js'
import { Sr25519Engine, sr25519Engine } from './sr25519-engine.js'
import { verifySignature } from './verify-signature.js'

const order = 2n ** 252n + 27742317777372353535851937790883648493n
const notAPoint = new Uint8Array(32).fill(255)

const littleEndian = (value: bigint) => Uint8Array.from(Buffer.from(value.toString(16).padStart(64, '0'), 'hex')).toReversed()
const scalarOf = (signature: Uint8Array) => {
  const bytes = signature.slice(32)
  bytes[31] = (bytes[31] as number) & 0x7f
  return BigInt(`0x${Buffer.from(bytes.toReversed()).toString('hex')}`)
}
/** The signature with another scalar, marked as schnorrkel's. */
const withScalar = (signature: Uint8Array, scalar: bigint) => {
  const changed = signature.slice()
  changed.set(littleEndian(scalar), 32)
  changed[63] = (changed[63] as number) | 0x80
  return changed
}

interface Input {
  readonly publicKey: Uint8Array
  readonly message: Uint8Array
  readonly signature: Uint8Array
}

/** What is signed honestly, under keys that the engine then knows. */
let honest: readonly Input[]
let engine: Sr25519Engine

beforeAll(async () => {
  await initCrypto()
  engine = new Sr25519Engine()
  await engine.start()
  honest = Array.from({ length: 12 }, (_, index) => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(index + 1))
    const message = new Uint8Array(index * 17).fill(index)
    return { publicKey: pair.publicKey, message, signature: signerFromKeyPair(pair).sign(message) }
  })
  for (const { publicKey, message, signature } of honest) expect(engine.verify(publicKey, message, signature)).toBe(true)
})

/** One way to damage an input: of bytes, of form, or by swapping a part for that of another honest input. */
const damage = fc.oneof(
  fc.record({
    part: fc.constantFrom('publicKey' as const, 'message' as const, 'signature' as const, 'signature' as const),
    at: fc.nat(),
    mask: fc.integer({ min: 1, max: 255 }),
  }),
  fc.record({ part: fc.constantFrom('publicKey' as const, 'message' as const, 'signature' as const), from: fc.nat(11) }),
  fc.record({ bytes: fc.uint8Array({ minLength: 32, maxLength: 32 }), as: fc.constantFrom('publicKey', 'nonce', 'scalar') }),
  fc.record({ add: fc.constantFrom(order, 2n * order, 7n * order, 2n ** 252n, 1n, order - 1n) }),
  fc.record({ scalar: fc.constantFrom(0n, 1n, order - 1n, order, order + 1n, 2n ** 252n - 1n, 2n ** 252n, 2n ** 253n, 2n ** 255n - 1n) }),
  fc.record({ unmark: fc.constant(true) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer Value> ? Value : never

function apply(input: Input, how: Damage): Input {
  const { signature } = input
  if ('mask' in how) {
    const bytes = input[how.part].slice()
    if (bytes.length > 0) bytes[how.at % bytes.length] = (bytes[how.at % bytes.length] as number) ^ how.mask
    return { ...input, [how.part]: bytes }
  }
  if ('from' in how) return { ...input, [how.part]: honest[how.from]?.[how.part] }
  if ('bytes' in how) {
    if (how.as === 'publicKey') return { ...input, publicKey: how.bytes }
    const changed = signature.slice()
    changed.set(how.bytes, how.as === 'nonce' ? 0 : 32)
    return { ...input, signature: changed }
  }
  if ('add' in how) return { ...input, signature: withScalar(signature, (scalarOf(signature) + how.add) % 2n ** 255n) }
  if ('scalar' in how) return { ...input, signature: withScalar(signature, how.scalar) }
  const changed = signature.slice()
  changed[63] = (changed[63] as number) & 0x7f
  return { ...input, signature: changed }
}

describe('two engines of sr25519', () => {
  it('are both at work here: the file of the faster one is the one that was tested', () => {
    expect(sr25519Engine.isFast).toBe(true)
  })

  it('answer as @polkadot/wasm-crypto does, whatever they are given', () => {
    const tally = { true: 0, false: 0 }
    fc.assert(
      fc.property(fc.nat(11), fc.array(damage, { maxLength: 3 }), (index, damages) => {
        const { publicKey, message, signature } = damages.reduce(apply, honest[index] as Input)
        const expected = sr25519Verify(signature, message, publicKey)
        expect(engine.verify(publicKey, message, signature)).toBe(expected)
        tally[`${expected}`] += 1
      }),
      { numRuns: 3_000 },
    )
    // Neither side of the verdict may be all that was seen, and nothing of it may have ended the faster engine.
    expect(tally.true).toBeGreaterThan(100)
    expect(tally.false).toBeGreaterThan(100)
    expect(engine.isFast).toBe(true)
  })

  it('take what @polkadot/util-crypto signs and takes, and no more', () => {
    for (const { publicKey, message, signature } of honest) {
      for (const candidate of [
        signature,
        withScalar(signature, scalarOf(signature) + order),
        withScalar(signature, scalarOf(signature) ^ 1n),
      ])
        expect(verifySignature({ scheme: 'sr25519', publicKey, message, signature: candidate })).toBe(
          verdictOf(candidate, message, publicKey),
        )
    }
  })

  it('leave a key to the established one until a signature under it has held', () => {
    const [{ publicKey, message, signature }] = honest as [Input]
    const fresh = new Sr25519Engine()
    const bad = withScalar(signature, 5n)
    expect(fresh.verify(publicKey, message, bad)).toBe(false)
    for (let i = 0; i < 200; i++) expect(fresh.verify(notAPoint, message, signature)).toBe(false)
    expect(fresh.knownKeys).toBe(0)
    expect(fresh.verify(publicKey, message, signature)).toBe(true)
    expect(fresh.isKnown(publicKey)).toBe(true)
    expect(fresh.isKnown(notAPoint)).toBe(false)
    expect(fresh.verify(publicKey, message, bad)).toBe(false)
  })

  it('know a bounded number of keys, those used last', () => {
    const few = new Sr25519Engine({ maxKnownKeys: 3 })
    const keys = Array.from({ length: 4 }, (_, index) => new Uint8Array(32).fill(index))
    const [first, second, third, fourth] = keys as [Uint8Array, Uint8Array, Uint8Array, Uint8Array]
    for (const key of [first, second, third]) few.learn(key)
    expect(few.isKnown(first)).toBe(true)
    few.learn(fourth)
    expect(few.knownKeys).toBe(3)
    expect(keys.map((key) => few.isKnown(key))).toEqual([true, false, true, true])
  })

  it('go on without the faster one when it traps or is missing', async () => {
    const trapping = await loadFastSr25519()
    const broken = new Sr25519Engine({ load: () => Promise.resolve(trapping) })
    const missing = new Sr25519Engine({ load: () => Promise.resolve(undefined) })
    await Promise.all([broken.start(), missing.start()])
    expect(broken.isFast).toBe(true)
    // What must not happen: a key that is no point is taken for known.
    broken.learn(notAPoint)
    const [{ message, signature }] = honest as [Input]
    expect(broken.verify(notAPoint, message, signature)).toBe(false)
    expect(broken.isFast).toBe(false)
    for (const { isFast } of [broken, missing]) expect(isFast).toBe(false)
    for (const input of [...honest, ...honest]) {
      for (const one of [broken, missing]) {
        expect(one.verify(input.publicKey, input.message, input.signature)).toBe(true)
        expect(one.verify(input.publicKey, input.message, withScalar(input.signature, 5n))).toBe(false)
      }
    }
  })

  it('leave long messages to the established one', () => {
    const pair = keyPairFromSeed(new Uint8Array(32).fill(1))
    for (const length of [65_536, 65_537]) {
      const message = new Uint8Array(length)
      const signature = signerFromKeyPair(pair).sign(message)
      expect(engine.verify(pair.publicKey, message, signature)).toBe(true)
      message[length - 1] = 1
      expect(engine.verify(pair.publicKey, message, signature)).toBe(false)
    }
  })
})

describe('FastSr25519', () => {
  const load = async () => {
    const fast = await loadFastSr25519()
    if (fast === undefined) throw new Error('The faster engine is not here')
    return fast
  }

  it('answers nothing where it could trap, and is as good as new', async () => {
    const fast = await load()
    const [{ publicKey, message, signature }] = honest as [Input]
    const unmarked = signature.slice()
    unmarked[63] = (unmarked[63] as number) & 0x7f
    for (const bad of [unmarked, withScalar(signature, order), withScalar(signature, 2n ** 252n), withScalar(signature, 2n ** 255n - 1n)])
      expect(fast.verify(publicKey, message, bad)).toBeUndefined()
    expect(fast.verify(publicKey, new Uint8Array(65_537), signature)).toBeUndefined()
    expect(fast.verify(publicKey, message, signature)).toBe(true)
    expect(fast.isUsable).toBe(true)
  })

  it('is not asked again after a trap', async () => {
    const fast = await load()
    const [{ publicKey, message, signature }] = honest as [Input]
    expect(fast.verify(publicKey, message, signature)).toBe(true)
    expect(fast.verify(notAPoint, message, signature)).toBeUndefined()
    expect(fast.isUsable).toBe(false)
    expect(fast.verify(publicKey, message, signature)).toBeUndefined()
  })
})

/** @polkadot/util-crypto throws on some of what it refuses. */
function verdictOf(signature: Uint8Array, message: Uint8Array, publicKey: Uint8Array): boolean {
  try {
    return utilVerify(message, signature, publicKey)
  } catch {
    return false
  }
}
