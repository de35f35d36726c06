import { createHash, randomBytes } from 'node:crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '../../crypto/index.js'
import type { Clock } from '../../interfaces/clock.js'
import type { SignatureScheme } from '../../interfaces/signer.js'
import { checkReplay } from '../replay/check-replay.js'
import { createMemoryReplayStore } from '../replay/memory-replay-store.js'
import { type CheckSessionClaimOptions, checkSessionClaim, verifySessionSignature } from './check-session-claim.js'
import { answerSession, type CheckSessionAnswerOptions, checkSessionAnswer } from './session-answer.js'
import { encodeSessionAnswer, encodeSessionOpen } from './session-text.js'
import { signSessionOpen } from './sign-session-open.js'

beforeAll(initCrypto)

const nowNs = 1_752_076_800_000_000_000n
const ms = 1_000_000n
const at = (ns: bigint): Clock => ({ nowMs: () => Number(ns / ms), nowNs: () => ns, monotonicMs: () => 0, sleep: async () => {} })
const clock = at(nowNs)
const domain = { genesisHash: '2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03', netuid: 7 }
const spkiSha256 = createHash('sha256').update('a TLS key').digest('hex')
const signerOf = (name: string, scheme: SignatureScheme = 'sr25519') => signerFromKeyPair(keyPairFromUri(`//${name}`, scheme))
const text = (bytes: Uint8Array) => new TextDecoder().decode(bytes)
const bytes = (value: string) => new TextEncoder().encode(value)

describe.each(['sr25519', 'ed25519'] as const)('a session between hotkeys of %s', (scheme) => {
  const open = async (changes = {}) => {
    const [alice, bob] = [signerOf('Alice', scheme), signerOf('Bob', scheme)]
    const opened = await signSessionOpen({ signer: alice, server: bob.address, domain, spkiSha256, clock, ...changes })
    return { alice, bob, opened }
  }
  const serverOf = (changes: Partial<CheckSessionClaimOptions> = {}) => ({
    receiver: signerOf('Bob', scheme).address,
    domain,
    spkiSha256,
    clock,
    ...changes,
  })

  it('opens: claim, signature, replay, answer', async () => {
    const { alice, bob, opened } = await open()
    expect(text(opened.text).split('\n')).toEqual([
      'tensorkit/session/1',
      'client',
      `${domain.genesisHash}/7`,
      scheme,
      alice.address,
      bob.address,
      spkiSha256,
      opened.nonce,
      String(nowNs),
    ])
    const checked = checkSessionClaim({ ...opened, ...serverOf() })
    if (!checked.ok) throw new Error(checked.detail)
    const { claim } = checked
    expect(claim).toMatchObject({ hotkey: alice.address, claimedScheme: scheme, nonce: opened.nonce, unixNs: nowNs })
    expect(claim.publicKey).toEqual(alice.publicKey)
    expect(await verifySessionSignature({ claim, scheme, verify: verifySignature })).toEqual({ ok: true })
    const store = createMemoryReplayStore({ clock, completeSinceNs: 0n })
    expect(await checkReplay({ profile: 'session/1', claim, store })).toEqual({ ok: true })
    expect(await checkReplay({ profile: 'session/1', claim, store })).toMatchObject({ reason: 'replayed' })

    const token = new Uint8Array(randomBytes(32))
    const expiresAtS = Number(nowNs / 1_000_000_000n) + 3600
    const answer = await answerSession({ signer: bob, domain, clientText: opened.text, token, expiresAtS })
    const known = { clientText: opened.text, server: bob.address, scheme, domain, clock, verify: verifySignature }
    expect(await checkSessionAnswer({ ...answer, token, ...known })).toEqual({ ok: true, expiresAtS })
    // The identity that was meant counts, not the one that answers.
    const eve = await answerSession({ signer: signerOf('Eve', scheme), domain, clientText: opened.text, token, expiresAtS })
    expect(await checkSessionAnswer({ ...eve, token, ...known })).toMatchObject({ ok: false, reason: 'signature' })
  })

  it('binds subnet, server and TLS key', async () => {
    const { alice, opened } = await open()
    const refused = (changes: Partial<CheckSessionClaimOptions>) => checkSessionClaim({ ...opened, ...serverOf(changes) })
    expect(refused({ domain: { ...domain, netuid: 8 } })).toMatchObject({ reason: 'wrong-domain', code: 'AUTH_WRONG_DOMAIN' })
    expect(refused({ domain: { genesisHash: '0'.repeat(64), netuid: 7 } })).toMatchObject({ reason: 'wrong-domain' })
    expect(refused({ receiver: alice.address })).toMatchObject({ reason: 'wrong-receiver' })
    expect(refused({ spkiSha256: '0'.repeat(64) })).toMatchObject({ reason: 'wrong-tls-key', code: 'AUTH_WRONG_TLS_KEY' })
    expect(refused({ spkiSha256: '-' })).toMatchObject({ reason: 'wrong-tls-key' })
  })

  it('says that plain text is plain text, under the signature', async () => {
    const { opened } = await open({ spkiSha256: '-' })
    expect(text(opened.text).split('\n')[6]).toBe('-')
    expect(checkSessionClaim({ ...opened, ...serverOf({ spkiSha256: '-' }) }).ok).toBe(true)
    expect(checkSessionClaim({ ...opened, ...serverOf() })).toMatchObject({ reason: 'wrong-tls-key' })
  })

  it('takes both bounds of the window, and not a nanosecond more', async () => {
    const { opened } = await open()
    for (const [offset, ok] of [
      [10_000n * ms, true],
      [10_000n * ms + 1n, false],
      [-2_000n * ms, true],
      [-2_000n * ms - 1n, false],
    ] as const) {
      expect(checkSessionClaim({ ...opened, ...serverOf({ clock: at(nowNs + offset) }) }).ok).toBe(ok)
    }
    expect(checkSessionClaim({ ...opened, ...serverOf({ clock: at(nowNs + 60_000n * ms), maxAgeMs: 60_000 }) }).ok).toBe(true)
    expect(checkSessionClaim({ ...opened, ...serverOf({ clock: at(nowNs - 4_000n * ms) }) })).toMatchObject({
      reason: 'stale',
      ageMs: -4_000,
    })
  })

  it('goes by the scheme of the directory', async () => {
    const { opened } = await open()
    const checked = checkSessionClaim({ ...opened, ...serverOf() })
    if (!checked.ok) throw new Error(checked.detail)
    const other = scheme === 'sr25519' ? 'ed25519' : 'sr25519'
    expect(await verifySessionSignature({ claim: checked.claim, scheme: other, verify: () => true })).toMatchObject({ reason: 'signature' })
  })

  it('refuses every text with a bit flipped, before or at the signature', async () => {
    const { opened } = await open()
    let signatures = 0
    for (let bit = 0; bit < opened.text.length * 8; bit += 11) {
      const changed = opened.text.slice()
      changed[bit >> 3] = (changed[bit >> 3] as number) ^ (1 << (bit & 7))
      const checked = checkSessionClaim({ ...opened, text: changed, ...serverOf({ maxAgeMs: 1e15, allowedSkewMs: 1e15 }) })
      if (!checked.ok) continue
      signatures += 1
      expect(await verifySessionSignature({ claim: checked.claim, scheme, verify: verifySignature })).toMatchObject({ reason: 'signature' })
    }
    expect(signatures).toBeGreaterThan(10)
  })
})

describe('checkSessionClaim', () => {
  const receiver = () => signerOf('Bob').address
  const good = () => signSessionOpen({ signer: signerOf('Alice'), server: receiver(), domain, spkiSha256, clock })
  const check = (open: { text: unknown; signature: unknown }) =>
    checkSessionClaim({ ...open, receiver: receiver(), domain, spkiSha256, clock })

  it('refuses by value, whatever it is given', async () => {
    const { signature, text: valid } = await good()
    const arbitrary = fc.oneof(
      fc.uint8Array({ maxLength: 600 }),
      fc.string().map(bytes),
      fc.anything(),
      fc.tuple(fc.nat(valid.length - 1), fc.uint8Array({ maxLength: 3 })).map(([index, inserted]) => {
        const changed = [...valid.slice(0, index), ...inserted, ...valid.slice(index + 1)]
        return changed.every((byte, i) => byte === valid[i]) && changed.length === valid.length
          ? new Uint8Array()
          : Uint8Array.from(changed)
      }),
    )
    await fc.assert(
      fc.asyncProperty(arbitrary, fc.oneof(fc.constant<unknown>(signature), fc.anything()), async (changed, signed) => {
        const outcome = check({ text: changed, signature: signed })
        if (outcome.ok) {
          expect(await verifySessionSignature({ claim: outcome.claim, scheme: 'sr25519', verify: verifySignature })).toMatchObject({
            reason: 'signature',
          })
        } else expect(outcome.code).toMatch(/^AUTH_/)
      }),
      { numRuns: 400 },
    )
  })

  it('does not let a later change of the received bytes through', async () => {
    const { text: received, signature } = await good()
    const outcome = check({ text: received, signature })
    if (!outcome.ok) throw new Error(outcome.detail)
    received.fill(0)
    signature.fill(0)
    expect(await verifySessionSignature({ claim: outcome.claim, scheme: 'sr25519', verify: verifySignature })).toEqual({ ok: true })
  })

  it('takes a known public key only for its own address', async () => {
    const open = await good()
    const asked: string[] = []
    const key = new Uint8Array(32).fill(1)
    const outcome = checkSessionClaim({
      ...open,
      receiver: receiver(),
      domain,
      spkiSha256,
      clock,
      knownPublicKey: (address) => {
        asked.push(address)
        return key
      },
    })
    expect(outcome).toMatchObject({ ok: true, claim: { publicKey: key } })
    expect(asked).toEqual([signerOf('Alice').address])
  })

  it('throws for options of its own that are wrong', async () => {
    const open = await good()
    const call = (changes: Partial<CheckSessionClaimOptions>) => () =>
      checkSessionClaim({ ...open, receiver: receiver(), domain, spkiSha256, clock, ...changes })
    expect(call({ spkiSha256: '' })).toThrow(/spkiSha256/)
    expect(call({ domain: { genesisHash: `0x${'0'.repeat(62)}`, netuid: 7 } })).toThrow(/domain/)
    expect(call({ domain: { ...domain, netuid: 65_536 } })).toThrow(/domain/)
    expect(call({ domain: { ...domain, netuid: -1 } })).toThrow(/domain/)
    expect(call({ maxAgeMs: Number.NaN })).toThrow(/maxAgeMs/)
  })

  it('fails closed on a verifier that does not answer true', async () => {
    const outcome = check(await good())
    if (!outcome.ok) throw new Error(outcome.detail)
    for (const answer of [false, undefined, 1, 'true', {}]) {
      const verify = () => answer as boolean
      expect(await verifySessionSignature({ claim: outcome.claim, scheme: 'sr25519', verify })).toMatchObject({ reason: 'signature' })
    }
  })
})

describe('checkSessionAnswer', () => {
  const token = new Uint8Array(32).fill(5)
  const nowS = Number(nowNs / 1_000_000_000n)
  const answerOf = async (changes: Partial<Parameters<typeof answerSession>[0]> = {}) => {
    const [alice, bob] = [signerOf('Alice'), signerOf('Bob')]
    const { text: clientText } = await signSessionOpen({ signer: alice, server: bob.address, domain, spkiSha256, clock })
    const answer = await answerSession({ signer: bob, domain, clientText, token, expiresAtS: nowS + 600, ...changes })
    const check = (more: Partial<CheckSessionAnswerOptions> = {}) =>
      checkSessionAnswer({
        ...answer,
        token,
        clientText,
        server: bob.address,
        scheme: 'sr25519',
        domain,
        clock,
        verify: verifySignature,
        ...more,
      })
    return { answer, check, clientText }
  }

  it('has the 7 lines of the page', async () => {
    const { answer, check, clientText } = await answerOf()
    const sha256 = (input: Uint8Array) => createHash('sha256').update(input).digest('hex')
    expect(text(answer.text)).toBe(
      ['tensorkit/session/1', 'server', `${domain.genesisHash}/7`, 'sr25519', sha256(clientText), sha256(token), nowS + 600].join('\n'),
    )
    expect(await check()).toEqual({ ok: true, expiresAtS: nowS + 600 })
  })

  it('refuses an answer to another request, of another token, subnet or scheme', async () => {
    const { check } = await answerOf()
    const later = await signSessionOpen({ signer: signerOf('Alice'), server: signerOf('Bob').address, domain, spkiSha256, clock })
    expect(await check({ clientText: later.text })).toMatchObject({ reason: 'mismatch', code: 'AUTH_MISMATCH' })
    expect(await check({ token: new Uint8Array(32).fill(6) })).toMatchObject({ reason: 'mismatch' })
    expect(await check({ domain: { ...domain, netuid: 8 } })).toMatchObject({ reason: 'wrong-domain' })
    expect(await check({ scheme: 'ed25519' })).toMatchObject({ reason: 'signature' })
    expect(await check({ server: signerOf('Alice').address })).toMatchObject({ reason: 'signature' })
  })

  it('refuses a client’s own text sent back as the answer', async () => {
    const { check, clientText } = await answerOf()
    expect(await check({ text: clientText })).toMatchObject({ reason: 'malformed' })
  })

  it.each([
    [3602, true],
    [3603, false],
    [-1, true],
    [-2, false],
    [-3600, false],
    [86_400, false],
  ])('a token that ends in %i s: %s', async (offsetS, ok) => {
    const { check } = await answerOf({ expiresAtS: nowS + offsetS })
    const outcome = await check()
    expect(outcome.ok).toBe(ok)
    if (!outcome.ok) expect(outcome.reason).toBe('stale')
  })

  it('refuses by value, whatever the peer sends', async () => {
    const { answer, check } = await answerOf()
    const mutated = fc.tuple(fc.nat(answer.text.length - 1), fc.integer({ min: 1, max: 255 })).map(([index, mask]) => {
      const changed = answer.text.slice()
      changed[index] = (changed[index] as number) ^ mask
      return changed
    })
    const signature = fc.oneof(fc.constant<unknown>(answer.signature), fc.uint8Array({ minLength: 64, maxLength: 64 }), fc.anything())
    await fc.assert(
      fc.asyncProperty(fc.oneof(mutated, fc.uint8Array(), fc.anything()), signature, async (changed, signed) => {
        expect(await check({ text: changed, signature: signed })).toMatchObject({ ok: false })
        expect(await check({ token: changed })).toMatchObject({ ok: false })
      }),
      { numRuns: 300 },
    )
  })
})

describe('the texts', () => {
  const fields = {
    domain,
    scheme: 'sr25519' as const,
    client: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' as never,
    server: '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty' as never,
    spkiSha256,
    nonce: '0'.repeat(64),
    unixNs: nowNs,
  }

  it('cannot be made with a field that could not stand in a line', () => {
    expect(text(encodeSessionOpen(fields)).split('\n')).toHaveLength(9)
    for (const changes of [
      { scheme: 'mldsa' },
      { client: 'x' },
      { server: `${fields.server}\n` },
      { spkiSha256: spkiSha256.toUpperCase() },
      { nonce: '0'.repeat(63) },
      { unixNs: 0n },
      { unixNs: -1n },
      { unixNs: 1.5 },
    ]) {
      expect(() => encodeSessionOpen({ ...fields, ...changes } as never)).toThrow(/malformed|SS58/)
    }
    const answer = { domain, scheme: 'sr25519' as const, clientTextSha256: spkiSha256, tokenSha256: spkiSha256, expiresAtS: 5 }
    expect(text(encodeSessionAnswer(answer)).split('\n')).toHaveLength(7)
    for (const changes of [
      { expiresAtS: 0 },
      { expiresAtS: 1.5 },
      { expiresAtS: Number.NaN },
      { expiresAtS: 1e21 },
      { tokenSha256: '-' },
    ]) {
      expect(() => encodeSessionAnswer({ ...answer, ...changes })).toThrow(/malformed/)
    }
  })

  it('cannot be signed by a signer that gives no 64 bytes, and a token has 32', async () => {
    const alice = signerOf('Alice')
    const bad = { ...alice, sign: () => new Uint8Array(63) }
    await expect(signSessionOpen({ signer: bad, server: alice.address, domain, spkiSha256 })).rejects.toThrow(/64 bytes/)
    const answer = { signer: alice, domain, clientText: new Uint8Array(9), expiresAtS: 5 }
    await expect(answerSession({ ...answer, token: new Uint8Array(31) })).rejects.toThrow(/32 bytes/)
  })

  it('never use a nonce twice', async () => {
    const alice = signerOf('Alice')
    const nonces = await Promise.all(
      Array.from({ length: 200 }, async () => (await signSessionOpen({ signer: alice, server: alice.address, domain, spkiSha256 })).nonce),
    )
    expect(new Set(nonces).size).toBe(200)
  })
})
