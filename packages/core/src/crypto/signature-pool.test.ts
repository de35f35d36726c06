import { execFile } from 'node:child_process'
import { setMaxListeners } from 'node:events'
import { promisify } from 'node:util'
import fc from 'fast-check'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { initCrypto } from './init-crypto.js'
import { keyPairFromUri } from './key-pair-from-uri.js'
import { createSignaturePool, type SignaturePool, type SignaturePoolOptions } from './signature-pool.js'
import { signerFromKeyPair } from './signer.js'
import { sr25519Engine } from './sr25519-engine.js'
import { verifySignature } from './verify-signature.js'

beforeAll(initCrypto)

const pools: SignaturePool[] = []
const open = (options: SignaturePoolOptions = {}) => {
  const pool = createSignaturePool({ threads: 1, ...options })
  pools.push(pool)
  return pool
}
afterEach(async () => {
  await Promise.all(pools.splice(0).map((pool) => pool.close()))
})

const message = new TextEncoder().encode('hello')
const signedBy = (scheme: 'sr25519' | 'ed25519', uri = '//Alice') => {
  const pair = keyPairFromUri(uri, scheme)
  return { scheme, publicKey: pair.publicKey, message, signature: signerFromKeyPair(pair).sign(message) }
}
/** Answers that came at once or will come. */
const settled = <T>(answers: readonly (T | Promise<T>)[]) => Promise.all(answers.map(async (answer) => answer))
const codeOf = async (promise: unknown) => {
  const error = await Promise.resolve(promise).then(
    () => undefined,
    (thrown: unknown) => thrown,
  )
  return TensorKitError.isInstance(error) ? error.code : error
}

describe.each(['sr25519', 'ed25519'] as const)('a pool of threads and %s', (scheme) => {
  it('gives the answers of verifySignature, whatever it is given', async () => {
    const pool = open({ inlineBelow: 0 })
    const good = signedBy(scheme)
    const flip = fc.record({
      part: fc.constantFrom('publicKey' as const, 'message' as const, 'signature' as const),
      at: fc.nat(),
      mask: fc.integer({ min: 0, max: 255 }),
    })
    await fc.assert(
      fc.asyncProperty(fc.array(flip, { maxLength: 2 }), async (flips) => {
        const input = { ...good, publicKey: good.publicKey.slice(), message: message.slice(), signature: good.signature.slice() }
        for (const { part, at, mask } of flips) {
          const index = at % input[part].length
          input[part][index] = (input[part][index] as number) ^ mask
        }
        expect(await pool.verify(input)).toBe(verifySignature(input))
      }),
      { numRuns: 200 },
    )
    const others = [
      { ...good, publicKey: new Uint8Array(32) },
      { ...good, signature: good.signature.subarray(1) },
      { ...good, message: new TextEncoder().encode('<Bytes>hello</Bytes>') },
      { ...good, scheme: 'mldsa' as never },
    ]
    expect(await pool.verify(good)).toBe(true)
    for (const other of others) expect(await pool.verify(other)).toBe(false)
    // Good and bad in each other's midst, and more than one message holds.
    const mixed = Array.from({ length: 90 }, (_, index) => (index % 3 === 0 ? (others[index % others.length] as typeof good) : good))
    expect(await pool.verifyMany(mixed)).toEqual(mixed.map((input) => input === good))
    expect(await pool.verifyMany([])).toEqual([])
  })

  it('makes signatures that verify, and takes no more once the pair is wiped', async () => {
    const pool = open({ inlineBelow: 0 })
    const pair = keyPairFromUri('//Bob', scheme)
    const signer = pool.signer(signerFromKeyPair(pair))
    expect(signer).toMatchObject({ scheme, publicKey: pair.publicKey })
    const signatures = await settled(Array.from({ length: 40 }, () => signer.sign(message)))
    for (const signature of signatures) expect(verifySignature({ scheme, publicKey: pair.publicKey, message, signature })).toBe(true)
    // sr25519 takes fresh randomness each time, in threads too.
    expect(new Set(signatures.map((signature) => Buffer.from(signature).toString('hex'))).size).toBe(scheme === 'sr25519' ? 40 : 1)
    pair.wipe()
    expect(await codeOf(signer.sign(message))).toBe('CORE_CLOSED')
    expect(await pool.verify(signedBy(scheme))).toBe(true)
  })

  it('takes what a view shows, not what it lies in, and as it was when asked', async () => {
    const pool = open({ inlineBelow: 0 })
    const good = signedBy(scheme)
    const inside = (part: Uint8Array) => Buffer.concat([Buffer.alloc(7, 1), part, Buffer.alloc(9, 2)]).subarray(7, 7 + part.length)
    const views = { scheme, publicKey: inside(good.publicKey), message: inside(message), signature: inside(good.signature) }
    const answer = pool.verify(views)
    for (const view of [views.publicKey, views.message, views.signature]) view.fill(0)
    expect(await answer).toBe(true)
  })

  it('takes many as they were when asked', async () => {
    const pool = open({ inlineBelow: 0, threads: 2 })
    const inputs = Array.from({ length: 50 }, () => ({ ...signedBy(scheme), message: message.slice() }))
    const answers = pool.verifyMany(inputs)
    expect(pool.pending).toBe(50)
    for (const input of inputs) input.message.fill(0)
    expect(await answers).toEqual(Array(50).fill(true))
    expect(pool.pending).toBe(0)
  })
})

describe('createSignaturePool', () => {
  it('remembers keys whose signatures have held in threads, and no others', async () => {
    const pool = open({ inlineBelow: 0 })
    const good = signedBy('sr25519', '//Seen//in//threads')
    const bad = { ...good, message: new TextEncoder().encode('other') }
    expect(await pool.verify(bad)).toBe(false)
    expect(sr25519Engine.isKnown(good.publicKey)).toBe(false)
    expect(await pool.verify(good)).toBe(true)
    expect(sr25519Engine.isKnown(good.publicKey)).toBe(true)
    expect(await settled([pool.verify(good), pool.verify(bad), pool.verify(good)])).toEqual([true, false, true])
    const another = signedBy('sr25519', '//Seen//among//many')
    expect(await pool.verifyMany([bad, another])).toEqual([false, true])
    expect(sr25519Engine.isKnown(another.publicKey)).toBe(true)
  })

  it('works at once while few are wanted, and in threads beyond', async () => {
    const pool = open({ inlineBelow: 3 })
    const good = signedBy('sr25519')
    const answers = Array.from({ length: 5 }, () => pool.verify(good))
    expect(answers.map((answer) => typeof answer)).toEqual(['boolean', 'boolean', 'boolean', 'object', 'object'])
    expect(pool.pending).toBe(2)
    expect(await settled(answers)).toEqual(Array(5).fill(true))
    await new Promise((resolve) => setImmediate(resolve))
    expect(pool.pending).toBe(0)
    expect(pool.verify(good)).toBe(true)
    const many = pool.verifyMany([good, good, good])
    expect(pool.pending).toBe(3)
    expect(await many).toEqual([true, true, true])
  })

  it('does a share at once when the threads are behind', async () => {
    const pool = open({ inlineBelow: 2 })
    const good = signedBy('sr25519')
    const answers = Array.from({ length: 20 }, () => pool.verify(good))
    expect(pool.pending).toBe(18)
    await new Promise((resolve) => setImmediate(resolve))
    expect(pool.pending).toBeGreaterThanOrEqual(16)
    const more = Array.from({ length: 4 }, () => pool.verify(good))
    expect(more.map((answer) => typeof answer)).toEqual(['boolean', 'boolean', 'object', 'object'])
    expect(await settled([...answers, ...more])).toEqual(Array(24).fill(true))
  })

  it('refuses what does not fit the queue, by a code, and serves the rest', async () => {
    const pool = open({ inlineBelow: 0, maxQueued: 10 })
    const good = signedBy('sr25519')
    const answers = Array.from({ length: 12 }, () => pool.verify(good))
    expect(pool.pending).toBe(pool.maxQueued)
    expect(await codeOf(answers[10])).toBe('CORE_BUSY')
    expect(await codeOf(answers[11])).toBe('CORE_BUSY')
    expect(await settled(answers.slice(0, 10))).toEqual(Array(10).fill(true))
    expect(await codeOf(pool.verifyMany(Array(11).fill(good)))).toBe('CORE_BUSY')
    expect(pool.pending).toBe(0)
    expect(await pool.verifyMany(Array(10).fill(good))).toEqual(Array(10).fill(true))
    expect(await pool.verify(good)).toBe(true)
  })

  it('stops waiting when aborted, and goes on for others', async () => {
    const pool = open({ inlineBelow: 0 })
    const good = signedBy('sr25519')
    const abort = new AbortController()
    setMaxListeners(100, abort.signal)
    const others = [pool.verify(good), pool.verify(good)]
    const answers = Array.from({ length: 60 }, () => pool.verify({ ...good, signal: abort.signal }))
    abort.abort()
    expect(await codeOf(pool.verify({ ...good, signal: abort.signal }))).toBe('CORE_ABORTED')
    for (const answer of answers) expect(await codeOf(answer)).toBe('CORE_ABORTED')
    expect(await codeOf(pool.verifyMany([good], { signal: abort.signal }))).toBe('CORE_ABORTED')
    const later = new AbortController()
    const many = pool.verifyMany(Array(100).fill(good), { signal: later.signal })
    later.abort()
    expect(await codeOf(many)).toBe('CORE_ABORTED')
    expect(await settled(others)).toEqual([true, true])
  })

  it('refuses what waits when it is closed, and everything after', async () => {
    const pool = open({ inlineBelow: 0 })
    const good = signedBy('sr25519')
    expect(await pool.verify(good)).toBe(true)
    const answers = Array.from({ length: 50 }, () => codeOf(pool.verify(good)))
    const signer = pool.signer(signerFromKeyPair(keyPairFromUri('//Bob')))
    await pool.close()
    for (const answer of answers) expect(await answer).toBe('CORE_CLOSED')
    expect(await codeOf(pool.verify(good))).toBe('CORE_CLOSED')
    expect(await codeOf(pool.verifyMany([good]))).toBe('CORE_CLOSED')
    expect(await codeOf(signer.sign(message))).toBe('CORE_CLOSED')
    await pool.close()
  })

  it('has no threads with threads: 0', async () => {
    const pool = open({ threads: 0, inlineBelow: 0 })
    expect(pool.verify(signedBy('ed25519'))).toBe(true)
    expect(await pool.verifyMany([signedBy('ed25519'), signedBy('sr25519')])).toEqual([true, true])
    expect(pool.pending).toBe(0)
  })

  it('leaves a signer alone whose secret it does not know', () => {
    const { address, publicKey, scheme } = signerFromKeyPair(keyPairFromUri('//Bob'))
    const remote = { address, publicKey, scheme, sign: async () => new Uint8Array(64) }
    expect(open().signer(remote)).toBe(remote)
  })

  it.each([{ threads: -1 }, { threads: 1.5 }, { maxQueued: 0 }, { inlineBelow: Number.NaN }, { idleMs: -1 }])('refuses %o', (options) => {
    expect(() => open(options)).toThrow(/must be an integer/)
  })
})

describe('the worker’s file', () => {
  it('runs as plain JavaScript, with nothing of ours', async () => {
    const url = JSON.stringify(new URL('./signature-worker.mjs', import.meta.url).href)
    const script = `const { default: run } = await import(${url}); console.log((await run(new Uint8Array())).length)`
    const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script])
    expect(stdout).toBe('0\n')
  })
})
