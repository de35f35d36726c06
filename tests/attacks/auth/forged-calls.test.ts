import { createHash } from 'node:crypto'
import { createNonceSource, encodeSs58, type Signer, signBtauthCall } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { directoryOf, Echo } from '../../axon-dendrite-support.js'
import { openSession, type RawConnection, type RawHeaders } from '../../axon-session-support.js'
import { attackBench, type Ground, type Handled, neuronsOf, sayBody } from '../support/attack-bench.js'

// Each protection is one check inside the axon. A control runs the whole axon without exactly that one.
type Protection =
  | 'a signature that must be there'
  | 'the signature'
  | 'the exact bytes'
  | 'the refusal of keys for which anybody can sign'
  | 'the path in the signed text'
  | 'the body hash in the signed text'
  | 'the check of the body'
  | 'the receiver'
  | 'freshness'
  | 'a window that no unsigned header moves'
  | 'the replay memory'
  | 'the directory'
  | 'the scheme of the directory'
  | 'the refusal of a key that came twice'
  | 'the refusal of two profiles in one call'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined, signedSha256: '' }))
// Node joins the values of a key that came twice.
const firstOf = vi.hoisted(
  () => (values: string | readonly string[]) =>
    [values]
      .flat()
      .flatMap((value) => value.split(', '))
      .slice(0, 1),
)
const wrapped = vi.hoisted(() => (message: Uint8Array) => Buffer.concat([Buffer.from('<Bytes>'), message, Buffer.from('</Bytes>')]))
const isOff = vi.hoisted(() => (protection: Protection) => without.protection === protection)

vi.mock('../../../packages/core/src/auth/btauth/check-btauth-claim.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/btauth/check-btauth-claim.js')>()
  type Options = Parameters<typeof actual.checkBtauthClaim>[0]
  const checkBtauthClaim = (options: Options) => {
    const read = options.headers as (name: string) => readonly string[]
    if (isOff('the receiver'))
      return actual.checkBtauthClaim({ ...options, receiver: read('x-bittensor-receiver')[0] as Options['receiver'] })
    if (isOff('the refusal of a key that came twice'))
      return actual.checkBtauthClaim({ ...options, headers: (name) => firstOf(read(name)) })
    if (isOff('a signature that must be there')) {
      // As v10 had it: whoever sent none was let in.
      const none = `0x${'00'.repeat(64)}`
      const headers = (name: string) => (name === 'x-bittensor-signature' && !read(name)[0] ? [none] : read(name))
      return actual.checkBtauthClaim({ ...options, headers })
    }
    if (isOff('a window that no unsigned header moves')) {
      // As v10 had it: no version, no window; and the caller's own time-out is the window.
      const hasVersion = read('x-bittensor-version').length > 0
      const maxAgeMs = hasVersion ? Number(read('timeout')[0] ?? 10) * 1000 : Number.MAX_SAFE_INTEGER
      const headers = (name: string) => (name === 'x-bittensor-version' ? ['1'] : read(name))
      return actual.checkBtauthClaim({ ...options, headers, maxAgeMs })
    }
    return actual.checkBtauthClaim(options)
  }
  return { ...actual, checkBtauthClaim }
})

vi.mock('../../../packages/core/src/auth/btauth/verify-btauth.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/btauth/verify-btauth.js')>()
  const verifyBtauthSignature: typeof actual.verifyBtauthSignature = async (options) => {
    if (isOff('the signature')) return { ok: true }
    if (isOff('a signature that must be there') && options.claim.signature.every((byte) => byte === 0)) return { ok: true }
    if (isOff('the exact bytes')) {
      // As wallets' libraries have it: what a page let a user sign counts as what he was shown.
      const verify: typeof options.verify = (input) => options.verify({ ...input, message: wrapped(input.message) })
      return actual.verifyBtauthSignature({ ...options, verify })
    }
    if (isOff('the refusal of keys for which anybody can sign')) {
      // The engine alone, as the chain has it.
      const engine = await import('@polkadot/wasm-crypto')
      await engine.waitReady()
      const verify: typeof options.verify = ({ message, signature, publicKey }) => engine.sr25519Verify(signature, message, publicKey)
      return actual.verifyBtauthSignature({ ...options, verify })
    }
    if (isOff('the path in the signed text')) return actual.verifyBtauthSignature({ ...options, target: '/test.v1.Echo/Say' })
    if (isOff('the body hash in the signed text')) return actual.verifyBtauthSignature({ ...options, bodySha256: without.signedSha256 })
    return actual.verifyBtauthSignature(options)
  }
  return { ...actual, verifyBtauthSignature }
})

vi.mock('../../../packages/core/src/auth/freshness.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/freshness.js')>()
  const checkFreshness: typeof actual.checkFreshness = (options) => (isOff('freshness') ? undefined : actual.checkFreshness(options))
  return { ...actual, checkFreshness }
})

vi.mock('../../../packages/core/src/auth/replay/check-replay.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/replay/check-replay.js')>()
  const checkReplay: typeof actual.checkReplay = async (options) =>
    isOff('the replay memory') ? { ok: true } : actual.checkReplay(options)
  return { ...actual, checkReplay }
})

vi.mock('../../../packages/axon/src/admission/standing.js', async (importActual) => {
  const { Standing: Actual } = await importActual<typeof import('../../../packages/axon/src/admission/standing.js')>()
  type Claimed = Parameters<InstanceType<typeof Actual>['ofClaimed']>[0]
  const anyone = { uid: 0, validatorPermit: true, stake: 100n }
  class Standing extends Actual {
    override ofClaimed(claim: Claimed) {
      const { hotkey, claimedScheme: scheme } = claim
      if (isOff('the directory')) return { ...anyone, hotkey, coldkey: hotkey, scheme } as never
      const entry = super.ofClaimed(isOff('the scheme of the directory') ? { ...claim, claimedScheme: 'sr25519' } : claim)
      return isOff('the scheme of the directory') && !('status' in entry) ? { ...entry, scheme } : entry
    }
    override ofProved(hotkey: Claimed['hotkey'], scheme: Claimed['claimedScheme']) {
      if (isOff('the directory')) return { ...anyone, hotkey, coldkey: hotkey, scheme } as never
      return super.ofProved(hotkey, isOff('the scheme of the directory') ? 'sr25519' : scheme)
    }
  }
  return { Standing }
})

vi.mock('../../../packages/axon/src/dispatch/request-stream.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/dispatch/request-stream.js')>()
  const requestOf: typeof actual.requestOf = (body, reading) =>
    actual.requestOf(body, isOff('the check of the body') ? { ...reading, bodySha256: undefined } : reading)
  return { ...actual, requestOf }
})

vi.mock('../../../packages/axon/src/admission/call-metadata.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/admission/call-metadata.js')>()
  const measureMetadata: typeof actual.measureMetadata = (headers) => {
    const measured = actual.measureMetadata(headers)
    return isOff('the refusal of two profiles in one call') ? { ...measured, hasBtauth: false } : measured
  }
  const tokenOf: typeof actual.tokenOf = (values) =>
    actual.tokenOf(isOff('the refusal of a key that came twice') ? firstOf(values as string | readonly string[]) : values)
  return { ...actual, measureMetadata, tokenOf }
})

const bench = attackBench()
const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')
const nextNonce = createNonceSource()
const nonceAt = (offsetMs: number) => String(BigInt(Date.now() + offsetMs) * 1_000_000n)
afterEach(() => {
  without.protection = undefined
})

interface Call {
  readonly path: string
  readonly body: Uint8Array
  readonly headers: RawHeaders
  /** @defaultValue a new one */
  readonly connection?: RawConnection
}

/** What an attacker caught, or made. */
async function signed(
  { cast: { alice, bob } }: Ground,
  options: { signer?: Signer; receiver?: Signer; nonce?: string; text?: string } = {},
): Promise<Call> {
  const { signer = alice, receiver = bob, nonce = nextNonce(), text = 'hi' } = options
  const body = sayBody(text)
  const headers = await signBtauthCall({ signer, receiver: receiver.address, path: Echo.say.path, bodySha256: sha256(body), nonce })
  return { path: Echo.say.path, body, headers }
}
const send = (ground: Ground, { connection = ground.connect(), path, body, headers }: Call) => connection.call(path, body, headers)
const withHeader = (call: Call, name: string, value: RawHeaders[string]): Call => ({ ...call, headers: { ...call.headers, [name]: value } })
const withoutHeader = (call: Call, name: string): Call => ({
  ...call,
  headers: Object.fromEntries(Object.entries(call.headers).filter(([key]) => key !== name)),
})

const signerOf = ({ address, publicKey, scheme }: Signer) => ({ address, publicKey, scheme })

interface Attack {
  readonly forge: (ground: Ground) => Promise<Call>
  readonly reason: string
  readonly protection: Protection
  /** What the handler gets in the control, beside Alice's name. */
  readonly harm?: Partial<Handled>
  /** Who the handler thinks it is. @defaultValue alice */
  readonly as?: keyof Ground['cast'] | 'two faces' | 'zeros'
}

// In a directory as an sr25519 hotkey, while Mallory has the ed25519 key with the same 32 bytes.
const twoFaced = () => signerFromUri('//Two faces', 'ed25519')

// The account of the chain's zero key, which subnets burn to.
const zeros = { address: encodeSs58(new Uint8Array(32)), publicKey: new Uint8Array(32), scheme: 'sr25519' } as const

const attacks: Readonly<Record<string, Attack>> = {
  'a call that was caught is sent again': {
    forge: async (ground) => {
      const call = await signed(ground)
      expect(await send(ground, call)).toMatchObject({ ok: true })
      return call
    },
    reason: 'replayed',
    protection: 'the replay memory',
  },
  'a call that was caught is sent to another method': {
    forge: async (ground) => ({ ...(await signed(ground)), path: Echo.shout.path }),
    reason: 'signature_invalid',
    protection: 'the path in the signed text',
    harm: { method: 'shout' },
  },
  'a call for one miner is passed on to another': {
    forge: (ground) => signed(ground, { receiver: ground.cast.charlie }),
    reason: 'wrong_receiver',
    protection: 'the receiver',
  },
  'the body is changed': {
    forge: async (ground) => ({ ...(await signed(ground)), body: sayBody('changed') }),
    reason: 'body_mismatch',
    protection: 'the check of the body',
    harm: { text: 'changed' },
  },
  'the body and its hash are changed': {
    forge: async (ground) => {
      const call = await signed(ground)
      without.signedSha256 = sha256(call.body)
      const body = sayBody('changed')
      return { ...withHeader(call, 'x-tk-body-sha256', sha256(body)), body }
    },
    reason: 'signature_invalid',
    protection: 'the body hash in the signed text',
    harm: { text: 'changed' },
  },
  'a call is held back for 12 s': {
    forge: (ground) => signed(ground, { nonce: nonceAt(-12_000) }),
    reason: 'stale',
    protection: 'freshness',
  },
  'a call is signed for a time to come': {
    forge: (ground) => signed(ground, { nonce: nonceAt(10 * 365 * 86_400_000) }),
    reason: 'future',
    protection: 'freshness',
  },
  'an unsigned time-out of two hours widens the window': {
    forge: async (ground) => withHeader(await signed(ground, { nonce: nonceAt(-3_600_000) }), 'timeout', '7200'),
    reason: 'stale',
    protection: 'a window that no unsigned header moves',
  },
  'the version is left out, to have no window at all': {
    forge: async (ground) => withoutHeader(await signed(ground, { nonce: nonceAt(-3_600_000) }), 'x-bittensor-version'),
    reason: 'malformed',
    protection: 'a window that no unsigned header moves',
  },
  'a stranger signs for himself': {
    forge: (ground) => signed(ground, { signer: ground.cast.mallory }),
    reason: 'unknown_hotkey',
    protection: 'the directory',
    as: 'mallory',
  },
  'no signature is sent': {
    forge: async (ground) => withoutHeader(await signed(ground), 'x-bittensor-signature'),
    reason: 'malformed',
    protection: 'a signature that must be there',
  },
  'an empty signature is sent': {
    forge: async (ground) => withHeader(await signed(ground), 'x-bittensor-signature', ''),
    reason: 'malformed',
    protection: 'a signature that must be there',
  },
  'a stranger signs in the name of a validator': {
    forge: async (ground) =>
      withHeader(await signed(ground, { signer: ground.cast.mallory }), 'x-bittensor-hotkey', ground.cast.alice.address),
    reason: 'signature_invalid',
    protection: 'the signature',
  },
  "a web page had a validator's wallet sign a call, as wallets sign for pages": {
    forge: (ground) =>
      signed(ground, { signer: { ...signerOf(ground.cast.alice), sign: (text) => ground.cast.alice.sign(wrapped(text)) } }),
    reason: 'signature_invalid',
    protection: 'the exact bytes',
  },
  'a key of zeros is registered, for which anybody can sign': {
    // R = B and s = 1: with the identity as the key, R = s·B - k·A holds for every text.
    forge: (ground) =>
      signed(ground, {
        signer: {
          ...zeros,
          sign: async () => {
            const forged = Buffer.from('e2f2ae0a6abc4e71a884a961c500515f58e30b6aa582dd8db6a65945e08d2d76'.padEnd(128, '0'), 'hex')
            forged[32] = 1
            forged[63] = 0x80
            return Uint8Array.from(forged)
          },
        },
      }),
    reason: 'signature_invalid',
    protection: 'the refusal of keys for which anybody can sign',
    as: 'zeros',
  },
  'the header names the scheme under which another key has the same address': {
    forge: async (ground) => signed(ground, { signer: await twoFaced() }),
    reason: 'wrong_scheme',
    protection: 'the scheme of the directory',
    as: 'two faces',
  },
  'a key comes twice': {
    forge: async (ground) => {
      const { address } = ground.cast.mallory
      const call = await signed(ground)
      return withHeader(call, 'x-bittensor-hotkey', [call.headers['x-bittensor-hotkey'] as string, address])
    },
    reason: 'malformed',
    protection: 'the refusal of a key that came twice',
  },
  'a token comes twice': {
    forge: async (ground) => {
      const connection = ground.connect()
      const { token } = await openSession(connection, { signer: ground.cast.alice, server: ground.cast.bob })
      return { path: Echo.say.path, body: sayBody(), headers: { 'tk-session': [token, '0'.repeat(64)] }, connection }
    },
    reason: 'malformed',
    protection: 'the refusal of a key that came twice',
  },
  "one's own session, and a validator's name beside it": {
    forge: async (ground) => {
      const connection = ground.connect()
      const { token } = await openSession(connection, { signer: ground.cast.eve, server: ground.cast.bob })
      const headers = { 'tk-session': token, 'x-bittensor-hotkey': ground.cast.alice.address }
      return { path: Echo.say.path, body: sayBody(), headers, connection }
    },
    reason: 'two_profiles',
    protection: 'the refusal of two profiles in one call',
    as: 'eve',
  },
}

const groundFor = async () => {
  const ground = await bench.ground()
  const { address: hotkey } = await twoFaced()
  ground.directory.replace(
    directoryOf([
      ...neuronsOf(ground.cast),
      { hotkey, validatorPermit: true, stake: 100n },
      { hotkey: zeros.address, validatorPermit: true, stake: 100n },
    ]),
  )
  return ground
}

describe.each(Object.entries(attacks))('attack: %s', (_name, { forge, reason, protection, harm, as = 'alice' }) => {
  it('is refused, no handler runs, and an honest caller is served', async () => {
    const ground = await groundFor()
    const call = await forge(ground)
    const before = ground.handled.length
    expect(await send(ground, call)).toMatchObject({ ok: false, error: { details: 'The call was not admitted' } })
    expect([ground.handled.length, ground.reason()]).toEqual([before, reason])
    expect(await send(ground, await signed(ground))).toMatchObject({ ok: true })
  })

  it(`control: succeeds without ${protection}`, async () => {
    without.protection = protection
    const ground = await groundFor()
    const call = await forge(ground)
    const before = ground.handled.length
    expect(await send(ground, call)).toMatchObject({ ok: true })
    const { address } = as === 'two faces' ? await twoFaced() : as === 'zeros' ? zeros : ground.cast[as]
    expect(ground.handled.slice(before)).toEqual([{ method: 'say', hotkey: address, text: 'hi', ...harm }])
  })
})

describe.each([
  ['without a permit', 'bob', 'no_permit'],
  ['with too little stake', 'charlie', 'low_stake'],
] as const)('attack: a hotkey %s calls', (_name, caller, reason) => {
  it('is refused, no handler runs, and an honest caller is served', async () => {
    const ground = await bench.ground()
    expect(await send(ground, await signed(ground, { signer: ground.cast[caller] }))).toMatchObject({ ok: false })
    expect([ground.handled, ground.reason()]).toEqual([[], reason])
    expect(await send(ground, await signed(ground))).toMatchObject({ ok: true })
  })

  it('control: succeeds without the policy', async () => {
    const ground = await bench.ground({ admit: {} })
    expect(await send(ground, await signed(ground, { signer: ground.cast[caller] }))).toMatchObject({ ok: true })
    expect(ground.handled).toHaveLength(1)
  })
})
