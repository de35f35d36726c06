import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '../../crypto/index.js'
import { TensorKitError } from '../../errors/tensorkit-error.js'
import type { Clock } from '../../interfaces/clock.js'
import type { ReplayStore } from '../../interfaces/replay-store.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { decodeSs58, ss58Address } from '../../ss58/ss58.js'
import { assertReplayRetention } from '../replay/check-replay.js'
import { createMemoryReplayStore } from '../replay/memory-replay-store.js'
import { bodySha256Hex, encodeBtauthPayload } from './btauth-payload.js'
import { checkBtauthClaim } from './check-btauth-claim.js'
import { signBtauth, signBtauthCall } from './sign-btauth.js'
import { type VerifyBtauthOptions, verifyBtauth } from './verify-btauth.js'

const vectors = JSON.parse(readFileSync(new URL('../../../../../vectors/btauth/btauth.json', import.meta.url), 'utf8'))
const { fixtures, official } = vectors
const nonceNs = BigInt(fixtures.nonce)
const receiver = ss58Address(fixtures.receiver_ss58)
const body = new TextEncoder().encode(fixtures.body_utf8)
const bodySha256 = bodySha256Hex(body)
const base = { method: fixtures.method as string, target: fixtures.path as string, bodySha256 }

/** A clock that stands at the given time. */
const at = (ns: bigint): Clock => ({ nowMs: () => Number(ns / 1_000_000n), nowNs: () => ns, monotonicMs: () => 0, sleep: async () => {} })
const soon = at(nonceNs + 1_000_000n)
const openStore = () => createMemoryReplayStore({ clock: soon, completeSinceNs: 0n })
const signerOf = (scheme: SignatureScheme) => signerFromKeyPair(keyPairFromUri(fixtures.sender_uri, scheme))
const headersOf = (scheme: SignatureScheme = 'sr25519') =>
  signBtauth({ ...base, signer: signerOf(scheme), receiver, nonce: fixtures.nonce })

function verify(headers: VerifyBtauthOptions['headers'], changes: Partial<VerifyBtauthOptions> = {}) {
  return verifyBtauth({
    ...base,
    headers,
    receiver,
    clock: soon,
    schemeOf: () => 'sr25519',
    verify: verifySignature,
    store: openStore(),
    ...changes,
  })
}

/** Takes every nonce, so that only what is signed decides. */
const foreverStore: ReplayStore = { retentionMs: 1e15, checkAndStore: () => 'stored' }

beforeAll(initCrypto)

describe('official vectors', () => {
  it('hashes the body', () => {
    expect(bodySha256).toBe(fixtures.body_sha256_hex)
    expect(body).toHaveLength(fixtures.body_bytes)
  })

  it.each(['sr25519', 'ed25519'] as const)('%s: payload, headers, address', async (scheme) => {
    const { payload_utf8, sender_ss58, crypto_header, signature } = official[scheme]
    const signer = signerOf(scheme)
    expect(signer.address).toBe(sender_ss58)
    const payload = encodeBtauthPayload({ ...base, scheme, nonce: fixtures.nonce, sender: signer.address, receiver })
    expect(new TextDecoder().decode(payload)).toBe(payload_utf8)
    expect(Buffer.from(payload).toString('hex')).toBe(vectors.derived[`${scheme}_payload_hex`])
    expect(payload).toHaveLength(vectors.derived.payload_length_bytes)
    const headers = await headersOf(scheme)
    expect(headers['x-bittensor-crypto']).toBe(crypto_header)
    expect(headers['x-bittensor-version']).toBe(vectors.version_header_value)
    if (signature !== null) expect(headers['x-bittensor-signature']).toBe(signature)
    expect(await verify(headers, { schemeOf: () => scheme })).toMatchObject({
      ok: true,
      hotkey: sender_ss58,
      nonce: fixtures.nonce,
      scheme,
    })
  })

  it('accepts the ed25519 headers that upstream published', async () => {
    const { sender_ss58, signature, crypto_header } = official.ed25519
    const headers = {
      'X-Bittensor-Version': '1',
      'X-Bittensor-Hotkey': sender_ss58,
      'X-Bittensor-Receiver': fixtures.receiver_ss58,
      'X-Bittensor-Nonce': fixtures.nonce,
      'X-Bittensor-Crypto': crypto_header,
      'X-Bittensor-Signature': signature,
    }
    expect(await verify(headers, { schemeOf: () => 'ed25519' })).toMatchObject({ ok: true })
  })
})

type Outcome = Awaited<ReturnType<typeof verify>>
const reason = (outcome: Outcome) => (outcome.ok ? 'ok' : outcome.reason)
const without = (headers: Record<string, string>, name: string) =>
  Object.fromEntries(Object.entries(headers).filter(([key]) => key !== name))
const ms = 1_000_000n

/** One implementation for each of upstream's cases, by its text in the vector file. Reasons as upstream's error classes. */
const cases: Record<string, () => Promise<string[]>> = {
  'now = nonce + 1ms': async () => [reason(await verify(await headersOf()))],
  'now = nonce + 11s (max_age 10)': async () => [reason(await verify(await headersOf(), { clock: at(nonceNs + 11_000n * ms) }))],
  'now = nonce - 3s (allowed_skew 2)': async () => [reason(await verify(await headersOf(), { clock: at(nonceNs - 3_000n * ms) }))],
  'same headers verified twice against one store': async () => {
    const headers = await headersOf()
    const store = openStore()
    expect(reason(await verify(headers, { store }))).toBe('ok')
    return [reason(await verify(headers, { store }))]
  },
  'max_age 120 with default store retention 60': async () => {
    const store = createMemoryReplayStore()
    expect(store.retentionMs).toBe(60_000)
    const error = await verify(await headersOf(), { maxAgeMs: 120_000, store }).catch((thrown: unknown) => thrown)
    expect(TensorKitError.isInstance(error) && error.code === 'CORE_INVALID_ARGUMENT' && error.message).toContain('retention')
    return ['config error']
  },
  'nonce header changed by +1': async () => [reason(await verify({ ...(await headersOf()), 'x-bittensor-nonce': String(nonceNs + 1n) }))],
  'body changed / method DELETE / path /admin': async () => {
    const headers = await headersOf()
    return [
      reason(await verify(headers, { bodySha256: bodySha256Hex(Uint8Array.of(1)) })),
      reason(await verify(headers, { method: 'DELETE' })),
      reason(await verify(headers, { target: '/admin' })),
    ]
  },
  'ed25519 headers with X-Bittensor-Crypto removed': async () => {
    const headers = without(await headersOf('ed25519'), 'x-bittensor-crypto')
    return [reason(await verify(headers, { schemeOf: () => 'ed25519' })), reason(await verify(headers, { schemeOf: () => 'sr25519' }))]
  },
  'self hotkey != receiver header': async () => [reason(await verify(await headersOf(), { receiver: official.sr25519.sender_ss58 }))],
  'no receiver header, require_receiver default true': async () => [
    reason(await verify(without(await headersOf(), 'x-bittensor-receiver'))),
  ],
  'no receiver header, require_receiver false': async () => {
    const headers = await signBtauth({ ...base, signer: signerOf('sr25519'), nonce: fixtures.nonce })
    const signer = signerOf('sr25519')
    expect(
      new TextDecoder().decode(encodeBtauthPayload({ ...base, scheme: 'sr25519', nonce: fixtures.nonce, sender: signer.address })),
    ).toMatch(/\n-$/)
    return [reason(await verify(headers, { requireReceiver: false }))]
  },
  'missing Version / Hotkey / Nonce / Signature header': async () => {
    const headers = await headersOf()
    const names = ['version', 'hotkey', 'nonce', 'signature']
    return Promise.all(
      names
        .flatMap((name) => [verify(without(headers, `x-bittensor-${name}`)), verify({ ...headers, [`x-bittensor-${name}`]: '' })])
        .map(async (outcome) => reason(await outcome)),
    )
  },
  'X-Bittensor-Nonce: not-a-number': async () => [reason(await verify({ ...(await headersOf()), 'x-bittensor-nonce': 'not-a-number' }))],
  'X-Bittensor-Crypto: ecdsa': async () => [reason(await verify({ ...(await headersOf()), 'x-bittensor-crypto': 'ecdsa' }))],
  'X-Bittensor-Signature: 0xnothex': async () => [reason(await verify({ ...(await headersOf()), 'x-bittensor-signature': '0xnothex' }))],
  'X-Bittensor-Version: 2': async () => [reason(await verify({ ...(await headersOf()), 'x-bittensor-version': '2' }))],
  "X-Bittensor-Crypto: 'SR25519' or '1' on an sr25519 signature": async () => {
    const headers = await headersOf()
    return Promise.all(['SR25519', '1'].map(async (name) => reason(await verify({ ...headers, 'x-bittensor-crypto': name }))))
  },
  'all header names lowercased': async () => {
    const headers = await headersOf()
    expect(Object.keys(headers).every((name) => name === name.toLowerCase())).toBe(true)
    const upper = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toUpperCase(), value]))
    return [reason(await verify(headers)), reason(await verify(upper))]
  },
  'GET /health, empty body, live nonce': async () => {
    const now = BigInt(Date.now()) * ms
    const request = { method: 'GET', target: '/health', bodySha256: bodySha256Hex(new Uint8Array()) }
    const headers = await signBtauth({ ...request, signer: signerOf('sr25519'), receiver, nonce: String(now) })
    return [reason(await verify(headers, { ...request, clock: at(now + ms) }))]
  },
}

const reasonOfClass: Record<string, string> = {
  StaleRequest: 'stale',
  BadSignature: 'signature',
  WrongReceiver: 'wrong-receiver',
  MalformedAuth: 'malformed',
  ReplayedRequest: 'replayed',
  ValueError: 'config error',
  ok: 'ok',
}

describe("upstream's behaviour cases", () => {
  it.each(vectors.behaviour_cases_from_upstream_tests as { case: string; expect: string }[])('$case: $expect', async (vector) => {
    const run = cases[vector.case]
    if (run === undefined) throw new Error(`No test for the case: ${vector.case}`)
    const expected = Object.keys(reasonOfClass).find((name) => vector.expect.replace('second raises ', '').startsWith(name)) as string
    const outcomes = await run()
    expect(outcomes.length).toBeGreaterThan(0)
    for (const outcome of outcomes) expect(outcome).toBe(reasonOfClass[expected])
  })
})

describe('checkBtauthClaim', () => {
  const check = (headers: VerifyBtauthOptions['headers'], changes = {}) => checkBtauthClaim({ headers, receiver, clock: soon, ...changes })

  it('takes both bounds of the window, and not a nanosecond more', async () => {
    const headers = await headersOf()
    for (const [offset, expected] of [
      [10_000n * ms, true],
      [10_000n * ms + 1n, false],
      [-2_000n * ms, true],
      [-2_000n * ms - 1n, false],
    ] as const) {
      expect(check(headers, { clock: at(nonceNs + offset) }).ok).toBe(expected)
    }
  })

  it('says how old or how far ahead a stale nonce is', async () => {
    const ahead = check(await headersOf(), { clock: at(nonceNs - 14_000n * ms) })
    expect(ahead).toMatchObject({ ok: false, reason: 'stale', ageMs: -14_000, detail: 'nonce is 14.0 s ahead, more than 2 s' })
    expect(check(await headersOf(), { clock: at(nonceNs + 12_500n * ms) })).toMatchObject({ ageMs: 12_500 })
  })

  it.each(['01', '0', '+1', ' 1', '1 ', '1_0', '-1', '1e18', '0x10', '1.0', '１', '9'.repeat(21)])(
    'refuses the nonce %o',
    async (nonce) => {
      expect(check({ ...(await headersOf()), 'x-bittensor-nonce': nonce })).toMatchObject({ ok: false, reason: 'malformed' })
    },
  )

  it('refuses every header sent twice, in either form of headers', async () => {
    const headers = { ...(await headersOf('ed25519')), 'x-tk-body-sha256': bodySha256 }
    expect(check((name) => (name in headers ? [headers[name as keyof typeof headers]] : [])).ok).toBe(true)
    for (const [name, value] of Object.entries(headers)) {
      expect(check({ ...headers, [name.toUpperCase()]: value })).toMatchObject({ ok: false, reason: 'malformed' })
      expect(check({ ...headers, [name]: [value, value] })).toMatchObject({ ok: false, reason: 'malformed' })
      expect(check({ ...headers, [name]: `${value}, ${value}` }).ok).toBe(false)
      expect(check((n) => (n in headers ? Array(n === name ? 2 : 1).fill(headers[n as keyof typeof headers]) : []))).toMatchObject({
        ok: false,
        reason: 'malformed',
      })
      expect(check((n) => (n === name ? [Buffer.from('1')] : n in headers ? [headers[n as keyof typeof headers]] : [])).ok).toBe(false)
    }
  })

  it('refuses empty fields, addresses of other networks, and signatures of other lengths', async () => {
    const headers = await headersOf()
    for (const name of Object.keys(headers)) expect(check({ ...headers, [name]: '' }).ok).toBe(false)
    for (const signature of ['', '0x', '0x00', 'ab'.repeat(63), 'ab'.repeat(65), `0X${'ab'.repeat(64)}`, `${'ab'.repeat(63)}zz`]) {
      expect(check({ ...headers, 'x-bittensor-signature': signature })).toMatchObject({ ok: false, reason: 'malformed' })
    }
    expect(check({ ...headers, 'x-bittensor-hotkey': '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5' })).toMatchObject({
      reason: 'malformed',
    })
    for (const name of ['toString', '__proto__', 'hashed', 'mldsa', '2']) {
      expect(check({ ...headers, 'x-bittensor-crypto': name })).toMatchObject({ ok: false, reason: 'malformed' })
    }
    for (const name of ['hashed', 'mldsa', 'MLDSA']) {
      expect(check({ ...headers, 'x-bittensor-crypto': name })).toMatchObject({
        reason: 'malformed',
        detail: `crypto is ${name.toLowerCase()}, which this version does not support`,
      })
    }
    expect(check({ ...headers, 'x-bittensor-signature': (headers['x-bittensor-signature'] as string).slice(2).toUpperCase() }).ok).toBe(
      true,
    )
  })

  it('never throws, whatever the headers are', () => {
    const names = ['version', 'hotkey', 'receiver', 'nonce', 'crypto', 'signature'].map((name) => `x-bittensor-${name}`)
    fc.assert(
      fc.property(
        fc.dictionary(fc.constantFrom(...names, 'x-tk-body-sha256'), fc.oneof(fc.string(), fc.constant('1'), fc.array(fc.string()))),
        (headers) => {
          expect(check(headers)).toMatchObject({ ok: false })
        },
      ),
    )
  })

  it('never verifies with one header changed, and never throws', async () => {
    const headers = { ...(await headersOf('ed25519')), 'x-tk-body-sha256': bodySha256 }
    const lenient = ['x-bittensor-crypto', 'x-bittensor-signature']
    const canonical = (value: string) => value.replace(/^0x/, '').toLowerCase()
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...(Object.keys(headers) as (keyof typeof headers)[])),
        fc.nat(200),
        fc.nat(2),
        fc.string({ unit: 'binary', maxLength: 2 }),
        async (name, at, removed, inserted) => {
          const value = headers[name]
          const start = at % (value.length + 1)
          const changed = value.slice(0, start) + inserted + value.slice(start + removed)
          const same = changed === value || (lenient.includes(name) && canonical(changed) === canonical(value))
          expect(
            (
              await verify(
                { ...headers, [name]: changed },
                { schemeOf: () => 'ed25519', maxAgeMs: 1e12, allowedSkewMs: 1e12, store: foreverStore },
              )
            ).ok,
          ).toBe(same)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('throws on a window that is none', async () => {
    const headers = await headersOf()
    for (const maxAgeMs of [-1, Number.NaN, Number.POSITIVE_INFINITY]) expect(() => check(headers, { maxAgeMs })).toThrow(/maxAgeMs/)
  })
})

describe('over gRPC', () => {
  const path = '/forecast.v1.Forecaster/Predict'
  const call = { method: 'POST', target: path, requireBodySha256: true }

  it('signs path and message hash, and demands the hash header', async () => {
    const message = Uint8Array.of(1, 2, 3)
    const hash = createHash('sha256').update(message).digest('hex')
    const headers = await signBtauthCall({ signer: signerOf('sr25519'), receiver, path, bodySha256: hash, nonce: fixtures.nonce })
    expect(headers['x-tk-body-sha256']).toBe(hash)
    expect(await verify(headers, { ...call, bodySha256: hash })).toMatchObject({ ok: true })
    expect(reason(await verify(without(headers, 'x-tk-body-sha256'), { ...call, bodySha256: hash }))).toBe('malformed')
    expect(reason(await verify({ ...headers, 'x-tk-body-sha256': hash.toUpperCase() }, { ...call, bodySha256: hash }))).toBe('malformed')
    expect(reason(await verify(headers, { ...call, bodySha256: bodySha256Hex(Uint8Array.of(9)) }))).toBe('signature')
    expect(reason(await verify(headers, { ...call, bodySha256: hash, target: '/forecast.v1.Forecaster/Other' }))).toBe('signature')
  })
})

describe('verifyBtauth', () => {
  it('touches the store only after the signature holds', async () => {
    let touched = 0
    const store: ReplayStore = {
      retentionMs: 60_000,
      checkAndStore: () => {
        touched += 1
        return 'stored'
      },
    }
    const headers = await headersOf()
    await verify(headers, { store, method: 'PUT' })
    expect(touched).toBe(0)
    await verify(headers, { store })
    expect(touched).toBe(1)
  })

  it('fails closed on a full, broken or strange store and on a strange verifier', async () => {
    const headers = await headersOf()
    const results = ['full', undefined, true, 'STORED'].map((result) => ({ retentionMs: 60_000, checkAndStore: () => result as 'full' }))
    for (const store of results) expect(reason(await verify(headers, { store }))).toBe('unavailable')
    const broken: ReplayStore = { retentionMs: 60_000, checkAndStore: () => Promise.reject(new Error('connection lost')) }
    expect(reason(await verify(headers, { store: broken }))).toBe('unavailable')
    expect(reason(await verify(headers, { verify: () => 1 as unknown as boolean }))).toBe('signature')
    expect(reason(await verify(headers, { schemeOf: () => undefined }))).toBe('signature')
  })

  it('gives every refusal a code, and nothing that the peer sent', async () => {
    const planted = 'sEcReT'
    const headers = await headersOf()
    for (const name of Object.keys(headers)) {
      const outcome = await verify({ ...headers, [name]: planted })
      expect(outcome.ok).toBe(false)
      expect(JSON.stringify(outcome)).not.toContain(planted)
      expect(JSON.stringify(outcome)).toContain('AUTH_')
    }
  })

  it('refuses what was signed under another scheme or wrapped', async () => {
    const signer = signerOf('sr25519')
    const wrapping = {
      ...signer,
      sign: (m: Uint8Array) => signer.sign(Buffer.concat([Buffer.from('<Bytes>'), m, Buffer.from('</Bytes>')])),
    }
    const headers = await signBtauth({ ...base, signer: wrapping, receiver, nonce: fixtures.nonce })
    expect(reason(await verify(headers))).toBe('signature')
    expect(reason(await verify(await headersOf('ed25519'), { schemeOf: () => 'sr25519' }))).toBe('signature')
  })

  it('refuses nonces from before the memory of the store, plus the skew', async () => {
    const headers = await headersOf()
    for (const [startedAgoMs, expected] of [
      [2_000n, 'stale'],
      [-1n, 'stale'],
      [2_001n, 'ok'],
    ] as const) {
      const store = createMemoryReplayStore({ clock: at(nonceNs - startedAgoMs * ms) })
      expect(reason(await verify(headers, { store }))).toBe(expected)
    }
  })
})

describe('encoding', () => {
  const payload = { ...base, scheme: 'sr25519' as const, nonce: '1', sender: receiver }

  it('refuses a field that could add a line', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('method', 'target', 'bodySha256', 'nonce'),
        fc.constantFrom('\n', '\r', '\u0000', ' ', 'é'),
        fc.nat(3),
        (field, letter, where) => {
          const text = payload[field as 'method']
          const changed = { ...payload, [field]: text.slice(0, where) + letter + text.slice(where) }
          expect(() => encodeBtauthPayload(changed)).toThrow(/malformed/)
        },
      ),
    )
  })

  it('asks of the store to remember as long as a nonce is fresh', () => {
    const store = createMemoryReplayStore({ retentionMs: 12_000 })
    expect(() => assertReplayRetention(store)).not.toThrow()
    expect(() => assertReplayRetention(store, { maxAgeMs: 10_001 })).toThrow(/retention/)
  })

  it('binds the public key of the claim to its address', async () => {
    const checked = checkBtauthClaim({ headers: await headersOf(), receiver, clock: soon })
    expect(checked.ok && checked.claim.publicKey).toEqual(decodeSs58(official.sr25519.sender_ss58))
  })
})
