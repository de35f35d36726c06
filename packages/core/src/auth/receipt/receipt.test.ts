import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMessageDigest, initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '../../crypto/index.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { encodeReceiptText, signReceipt } from './receipt-text.js'
import { type ExpectedReceipt, parseReceipt, verifyReceipt } from './verify-receipt.js'

beforeAll(initCrypto)

const signerOf = (name: string, scheme: SignatureScheme = 'sr25519') => signerFromKeyPair(keyPairFromUri(`//${name}`, scheme))
const hashOf = (...messages: Uint8Array[]) => {
  const digest = createMessageDigest()
  for (const message of messages) digest.add(message)
  return digest.hex()
}
const fieldsOf = () => ({
  domain: { genesisHash: '2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03', netuid: 1 },
  caller: signerOf('Alice').address,
  requestId: '00112233445566778899aabbccddeeff',
  path: '/forecast.v1.Forecaster/Predict',
  requestCount: 1,
  requestHash: hashOf(Uint8Array.of(1, 2)),
  responseCount: 2,
  responseHash: hashOf(Uint8Array.of(3), new Uint8Array()),
  status: 0,
  unixNs: 1_752_076_800_000_000_000n,
})
const verify = (receipt: unknown, expected?: ExpectedReceipt) => verifyReceipt({ receipt, expected, verify: verifySignature })

describe.each(['sr25519', 'ed25519'] as const)('a receipt signed by %s', (scheme) => {
  it('is 13 lines and a signature, and verifies from its bytes alone', async () => {
    const signer = signerOf('Bob', scheme)
    const fields = fieldsOf()
    const receipt = await signReceipt({ signer, ...fields })
    const lines = new TextDecoder().decode(receipt).split('\n')
    expect(lines.slice(0, 13)).toEqual([
      'tensorkit/receipt/1',
      `${fields.domain.genesisHash}/1`,
      scheme,
      signer.address,
      fields.caller,
      fields.requestId,
      fields.path,
      '1',
      fields.requestHash,
      '2',
      fields.responseHash,
      '0',
      '1752076800000000000',
    ])
    expect(lines[13]).toMatch(/^[0-9a-f]{128}$/)
    expect(lines).toHaveLength(14)
    const all = { ...fields, scheme, axon: signer.address }
    expect(await verify(receipt)).toEqual({ ok: true, fields: all })
    const { unixNs: _, ...expected } = all
    expect(await verify(Buffer.from(receipt), expected)).toEqual({ ok: true, fields: all })
    const parsed = parseReceipt(receipt)
    expect(parsed).toMatchObject({ ok: true, receipt: { fields: all } })
    if (parsed.ok) expect(parsed.receipt.text).toEqual(encodeReceiptText(all))
  })

  it('is refused with any bit flipped', async () => {
    const receipt = await signReceipt({ signer: signerOf('Bob', scheme), ...fieldsOf() })
    for (let bit = 0; bit < receipt.length * 8; bit += 7) {
      const changed = receipt.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await verify(changed)).toMatchObject({ ok: false })
    }
  })

  it('is refused where it says another thing than expected, by the field’s name', async () => {
    const signer = signerOf('Bob', scheme)
    const fields = fieldsOf()
    const receipt = await signReceipt({ signer, ...fields })
    const other: Required<ExpectedReceipt> = {
      domain: { ...fields.domain, netuid: 2 },
      scheme: scheme === 'sr25519' ? 'ed25519' : 'sr25519',
      axon: fields.caller,
      caller: signer.address,
      requestId: '0'.repeat(32),
      path: '/forecast.v1.Forecaster/Other',
      requestCount: 2,
      requestHash: fields.responseHash,
      responseCount: 0,
      responseHash: fields.requestHash,
      status: 13,
    }
    for (const [name, value] of Object.entries(other)) {
      expect(await verify(receipt, { [name]: value })).toMatchObject({ reason: 'mismatch', detail: expect.stringContaining(name) })
    }
  })

  it('is refused if another key signed it', async () => {
    const [bob, eve] = [signerOf('Bob', scheme), signerOf('Eve', scheme)]
    const forged = await signReceipt({ signer: { ...bob, sign: (message) => eve.sign(message) }, ...fieldsOf() })
    expect(await verify(forged)).toMatchObject({ reason: 'signature', code: 'AUTH_SIGNATURE_INVALID' })
  })
})

describe('parseReceipt', () => {
  it('gives back every field that was written', async () => {
    const hex = (length: number) => fc.stringMatching(new RegExp(`^[0-9a-f]{${length}}$`))
    const count = fc.oneof(fc.nat(), fc.constantFrom(0, Number.MAX_SAFE_INTEGER))
    const address = fc.constantFrom('Alice', 'Bob', 'Charlie').map((name) => signerOf(name).address)
    const arbitrary = fc.record({
      domain: fc.record({ genesisHash: hex(64), netuid: fc.integer({ min: 0, max: 65_535 }) }),
      scheme: fc.constantFrom('sr25519' as const, 'ed25519' as const),
      axon: address,
      caller: address,
      requestId: hex(32),
      path: fc.stringMatching(/^\/[!-~]{1,100}$/),
      requestCount: count,
      requestHash: hex(64),
      responseCount: count,
      responseHash: hex(64),
      status: fc.integer({ min: 0, max: 16 }),
      unixNs: fc.bigInt({ min: 1n, max: 99_999_999_999_999_999_999n }),
    })
    fc.assert(
      fc.property(arbitrary, (fields) => {
        const receipt = new TextEncoder().encode(`${new TextDecoder().decode(encodeReceiptText(fields))}\n${'ab'.repeat(64)}`)
        expect(parseReceipt(receipt)).toMatchObject({ ok: true, receipt: { fields } })
      }),
      { numRuns: 200 },
    )
  })

  it('refuses by value, whatever it is given', async () => {
    const valid = await signReceipt({ signer: signerOf('Bob'), ...fieldsOf() })
    const edited = fc.tuple(fc.nat(valid.length), fc.nat(3), fc.uint8Array({ maxLength: 3 })).map(([index, removed, inserted]) => {
      const changed = [...valid.slice(0, index), ...inserted, ...valid.slice(index + removed)]
      return changed.length === valid.length && changed.every((byte, i) => byte === valid[i]) ? undefined : Uint8Array.from(changed)
    })
    await fc.assert(
      fc.asyncProperty(fc.oneof(edited, fc.uint8Array({ maxLength: 3000 }), fc.anything()), async (changed) => {
        expect(await verify(changed)).toMatchObject({ ok: false, code: expect.stringMatching(/^AUTH_/) })
      }),
      { numRuns: 1_000 },
    )
  })

  it('cannot be written with a field that could not stand in a line', () => {
    const fields = { ...fieldsOf(), scheme: 'sr25519' as const, axon: signerOf('Bob').address }
    for (const changes of [
      { scheme: 'ecdsa' },
      { axon: '' },
      { caller: `${fields.caller} ` },
      { requestId: fields.requestId.toUpperCase() },
      { path: 'x' },
      { path: '/a\nb' },
      { path: `/${'a'.repeat(1024)}` },
      { requestCount: -1 },
      { requestCount: 2 ** 53 },
      { responseCount: 0.5 },
      { requestHash: '' },
      { responseHash: `${fields.responseHash}0` },
      { status: 17 },
      { status: -1 },
      { unixNs: 0n },
    ]) {
      expect(() => encodeReceiptText({ ...fields, ...changes } as never), JSON.stringify(Object.keys(changes))).toThrow(
        /malformed|SS58|integer/,
      )
    }
  })
})

describe('createMessageDigest', () => {
  it('is SHA-256 over each message behind its length', () => {
    const messages = [Uint8Array.of(1, 2, 3), new Uint8Array(), new Uint8Array(70_000).fill(9)]
    const length = (n: number) => Uint8Array.of(n >>> 24, (n >>> 16) & 255, (n >>> 8) & 255, n & 255)
    const expected = createHash('sha256')
    const digest = createMessageDigest()
    for (const message of messages) {
      expected.update(length(message.length)).update(message)
      digest.add(message)
    }
    expect(digest.count).toBe(3)
    expect(digest.hex()).toBe(expected.digest('hex'))
    expect(digest.hex()).toBe(digest.hex())
    expect(() => digest.add(new Uint8Array(1))).toThrow(/read already/)
  })

  it('tells lists of messages apart that join to the same bytes', () => {
    const [a, b] = [Uint8Array.of(1), Uint8Array.of(2)]
    const all = [[], [new Uint8Array()], [Uint8Array.of(1, 2)], [a, b], [b, a], [new Uint8Array(), Uint8Array.of(1, 2)]]
    expect(new Set(all.map((messages) => hashOf(...messages))).size).toBe(all.length)
    expect(hashOf()).toBe(createHash('sha256').digest('hex'))
  })
})
