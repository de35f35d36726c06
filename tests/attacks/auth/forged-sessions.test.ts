import { createTlsIdentity } from '@tensorkit/axon'
import { AxonService, createMemoryReplayStore, type Signer } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { clockAhead, directoryOf, Echo } from '../../axon-dendrite-support.js'
import { domain, openSession, type RawConnection, type RawHeaders, signedOpen } from '../../axon-session-support.js'
import { attackBench, type Ground, neuronsOf, sayBody } from '../support/attack-bench.js'

// Each protection is one check of OpenSession. A control runs the whole axon without exactly that one.
type Protection =
  | 'a signature that must be there'
  | 'the signature'
  | 'the exact bytes'
  | 'the receiver'
  | 'the subnet in the signed text'
  | 'the TLS key in the signed text'
  | 'freshness'
  | 'the replay memory'
  | 'the directory'
  | 'the scheme of the directory'
  | 'the refusal of two profiles in one call'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined }))
const wrapped = vi.hoisted(() => (message: Uint8Array) => Buffer.concat([Buffer.from('<Bytes>'), message, Buffer.from('</Bytes>')]))
const isOff = vi.hoisted(() => (protection: Protection) => without.protection === protection)

vi.mock('../../../packages/core/src/auth/session/check-session-claim.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/session/check-session-claim.js')>()
  const checkSessionClaim: typeof actual.checkSessionClaim = (options) => {
    const lines = Buffer.from((options.text as Uint8Array | undefined) ?? [])
      .toString()
      .split('\n') as [string, string, string, string, string, string, string]
    if (isOff('the receiver')) return actual.checkSessionClaim({ ...options, receiver: lines[5] as typeof options.receiver })
    if (isOff('the TLS key in the signed text')) return actual.checkSessionClaim({ ...options, spkiSha256: lines[6] })
    if (isOff('the subnet in the signed text')) {
      const [genesisHash, netuid] = lines[2].split('/') as [string, string]
      return actual.checkSessionClaim({ ...options, domain: { genesisHash, netuid: Number(netuid) } })
    }
    // As v10 had it: whoever sent no signature was let in.
    const isUnsigned = isOff('a signature that must be there') && !(options.signature as Uint8Array | undefined)?.length
    return actual.checkSessionClaim(isUnsigned ? { ...options, signature: new Uint8Array(64) } : options)
  }
  const verifySessionSignature: typeof actual.verifySessionSignature = async (options) => {
    const isUnsigned = isOff('a signature that must be there') && options.claim.signature.every((byte) => byte === 0)
    // As wallets' libraries have it: what a page let a user sign counts as what he was shown.
    const verify: typeof options.verify = (input) => options.verify({ ...input, message: wrapped(input.message) })
    if (isOff('the exact bytes')) return actual.verifySessionSignature({ ...options, verify })
    return isUnsigned || isOff('the signature') ? { ok: true } : actual.verifySessionSignature(options)
  }
  return { ...actual, checkSessionClaim, verifySessionSignature }
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

vi.mock('../../../packages/axon/src/admission/call-metadata.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/admission/call-metadata.js')>()
  const measureMetadata: typeof actual.measureMetadata = (headers) => {
    const measured = actual.measureMetadata(headers)
    return isOff('the refusal of two profiles in one call') ? { ...measured, hasBtauth: false } : measured
  }
  return { ...actual, measureMetadata }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

type Opening = Parameters<typeof signedOpen>[0]
const opening = async ({ cast: { alice, bob }, spkiSha256 }: Ground, options: Partial<Opening> = {}) =>
  (await signedOpen({ signer: alice, server: bob.address, spkiSha256, ...options })).headers

/** Sends what was forged, and, if that opened a session, makes a call in it. */
async function attempt({ axon }: Pick<Ground, 'axon'>, connection: RawConnection, headers: RawHeaders): Promise<boolean> {
  const opened = await connection.open(headers)
  if (!opened.ok) {
    expect([opened.error.details, axon.endpoint.port > 0]).toEqual(['The call was not admitted', true])
    return false
  }
  const token = Buffer.from(AxonService.openSession.response.decode(opened.body).token).toString('hex')
  expect(await connection.call(Echo.say.path, sayBody(), { 'tk-session': token })).toMatchObject({ ok: true })
  return true
}

interface Attack {
  readonly forge: (ground: Ground) => Promise<RawHeaders>
  readonly reason: string
  readonly protection: Protection
  /** Who the axon thinks it is. @defaultValue alice */
  readonly as?: keyof Ground['cast'] | 'two faces'
}

// In a directory as an sr25519 hotkey, while somebody has the ed25519 key with the same 32 bytes.
const twoFaced = () => signerFromUri('//Two faces', 'ed25519')

const attacks: Readonly<Record<string, Attack>> = {
  'an opening that was caught is sent again': {
    forge: async (ground) => {
      const headers = await opening(ground)
      expect(await ground.connect().open(headers)).toMatchObject({ ok: true })
      return headers
    },
    reason: 'replayed',
    protection: 'the replay memory',
  },
  'a miner passes the opening that he got on to another miner': {
    forge: (ground) => opening(ground, { server: ground.cast.eve.address }),
    reason: 'wrong_receiver',
    protection: 'the receiver',
  },
  "an opening for the hotkey's axon on another subnet": {
    forge: (ground) => opening(ground, { domain: { ...domain, netuid: 2 } }),
    reason: 'wrong_domain',
    protection: 'the subnet in the signed text',
  },
  'an opening for the same subnet on another chain': {
    forge: (ground) => opening(ground, { domain: { ...domain, genesisHash: 'f'.repeat(64) } }),
    reason: 'wrong_domain',
    protection: 'the subnet in the signed text',
  },
  'an opening for another listener of the same hotkey, with a TLS key of its own': {
    forge: async (ground) => opening(ground, { spkiSha256: (await createTlsIdentity()).spkiSha256 }),
    reason: 'wrong_tls_key',
    protection: 'the TLS key in the signed text',
  },
  'an opening for a listener in plain text': {
    forge: (ground) => opening(ground, { spkiSha256: '-' }),
    reason: 'wrong_tls_key',
    protection: 'the TLS key in the signed text',
  },
  'an opening is held back for 12 s': {
    forge: (ground) => opening(ground, { clock: clockAhead(-12_000) }),
    reason: 'stale',
    protection: 'freshness',
  },
  'an opening is signed for a time to come': {
    forge: (ground) => opening(ground, { clock: clockAhead(3_600_000) }),
    reason: 'future',
    protection: 'freshness',
  },
  'a stranger opens a session': {
    forge: (ground) => opening(ground, { signer: ground.cast.mallory }),
    reason: 'unknown_hotkey',
    protection: 'the directory',
    as: 'mallory',
  },
  "no signature comes with a validator's opening": {
    forge: async (ground) => ({ 'tk-open-bin': (await opening(ground))['tk-open-bin'] }),
    reason: 'malformed',
    protection: 'a signature that must be there',
  },
  "an empty signature comes with a validator's opening": {
    forge: async (ground) => ({ ...(await opening(ground)), 'tk-open-sig-bin': new Uint8Array() }),
    reason: 'malformed',
    protection: 'a signature that must be there',
  },
  "a stranger signs a validator's opening": {
    forge: async (ground) => {
      const { alice, mallory } = ground.cast
      const forger: Signer = { address: alice.address, scheme: 'sr25519', publicKey: alice.publicKey, sign: (text) => mallory.sign(text) }
      return opening(ground, { signer: forger })
    },
    reason: 'signature_invalid',
    protection: 'the signature',
  },
  "a web page had a validator's wallet sign an opening, as wallets sign for pages": {
    forge: async (ground) => {
      const { address, publicKey, scheme, sign } = ground.cast.alice
      return opening(ground, { signer: { address, publicKey, scheme, sign: (text: Uint8Array) => sign(wrapped(text)) } })
    },
    reason: 'signature_invalid',
    protection: 'the exact bytes',
  },
  'the text names the scheme under which another key has the same address': {
    forge: async (ground) => opening(ground, { signer: await twoFaced() }),
    reason: 'wrong_scheme',
    protection: 'the scheme of the directory',
    as: 'two faces',
  },
  "one's own opening, and a validator's name beside it": {
    forge: async (ground) => ({
      ...(await opening(ground, { signer: ground.cast.eve })),
      'x-bittensor-hotkey': ground.cast.alice.address,
    }),
    reason: 'two_profiles',
    protection: 'the refusal of two profiles in one call',
    as: 'eve',
  },
}

const groundFor = async () => {
  const ground = await bench.ground({ insecure: false })
  const { address: hotkey } = await twoFaced()
  ground.directory.replace(directoryOf([...neuronsOf(ground.cast), { hotkey, validatorPermit: true, stake: 100n }]))
  return ground
}

describe.each(Object.entries(attacks))('attack: %s', (_name, { forge, reason, protection, as = 'alice' }) => {
  it('is refused, and an honest caller has his session', async () => {
    const ground = await groundFor()
    expect(await attempt(ground, ground.connect(), await forge(ground))).toBe(false)
    expect([ground.handled, ground.reason()]).toEqual([[], reason])
    expect(await attempt(ground, ground.connect(), await opening(ground))).toBe(true)
  })

  it(`control: succeeds without ${protection}`, async () => {
    without.protection = protection
    const ground = await groundFor()
    expect(await attempt(ground, ground.connect(), await forge(ground))).toBe(true)
    const { address } = as === 'two faces' ? await twoFaced() : ground.cast[as]
    expect(ground.handled).toEqual([{ method: 'say', hotkey: address, text: 'hi' }])
  })
})

describe.each([
  ['without a permit', 'bob', 'no_permit'],
  ['with too little stake', 'charlie', 'low_stake'],
] as const)('attack: a hotkey %s opens a session', (_name, caller, reason) => {
  it('is refused, and an honest caller has his session', async () => {
    const ground = await bench.ground({ insecure: false })
    expect(await attempt(ground, ground.connect(), await opening(ground, { signer: ground.cast[caller] }))).toBe(false)
    expect([ground.handled, ground.reason()]).toEqual([[], reason])
    expect(await attempt(ground, ground.connect(), await opening(ground))).toBe(true)
  })

  it('control: succeeds without the policy', async () => {
    const ground = await bench.ground({ insecure: false, admit: {} })
    expect(await attempt(ground, ground.connect(), await opening(ground, { signer: ground.cast[caller] }))).toBe(true)
    expect(ground.handled).toHaveLength(1)
  })
})

describe('attack: an opening is sent again to a second axon of the same hotkey, with the same TLS key', () => {
  // As a fleet behind one address: replicas share the TLS key, and must share the replay memory.
  const replicas = async (isShared: boolean) => {
    const tls = await createTlsIdentity()
    const store = () => createMemoryReplayStore({ completeSinceNs: 0n })
    const [first, second] = isShared ? [store()].flatMap((one) => [one, one]) : [store(), store()]
    const one = await bench.ground({ insecure: false, tls, replayStore: first })
    const other = await bench.ground({ insecure: false, tls, replayStore: second })
    const headers = await opening(one)
    expect(await attempt(one, one.connect(), headers)).toBe(true)
    return { other, headers }
  }

  it('is refused where they share one replay memory', async () => {
    const { other, headers } = await replicas(true)
    expect(await attempt(other, other.connect(), headers)).toBe(false)
    expect([other.handled, other.reason()]).toEqual([[], 'replayed'])
    expect(
      await openSession(other.connect(), { signer: other.cast.alice, server: other.cast.bob, spkiSha256: other.spkiSha256 }),
    ).toMatchObject({ token: expect.any(String) })
  })

  it('control: succeeds without a shared replay memory', async () => {
    const { other, headers } = await replicas(false)
    expect(await attempt(other, other.connect(), headers)).toBe(true)
    expect(other.handled).toHaveLength(1)
  })
})
