import { createHash } from 'node:crypto'
import { type Signer, signBtauthCall, systemClock } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import { type RawConnection, signedOpen } from '../../axon-session-support.js'
import { attackBench, type Ground, sayBody } from '../support/attack-bench.js'

type Protection = 'charging nobody before the proof' | 'the proof before the rules' | 'one text for all refusals'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined }))
const isOff = vi.hoisted(() => (protection: Protection) => without.protection === protection)

vi.mock('../../../packages/axon/src/admission/prover.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/admission/prover.js')>()
  const { refusals } = await vi.importActual<typeof import('../../../packages/axon/src/refusal.js')>(
    '../../../packages/axon/src/refusal.js',
  )
  const { TokenBuckets } = await vi.importActual<typeof import('../../../packages/axon/src/admission/token-buckets.js')>(
    '../../../packages/axon/src/admission/token-buckets.js',
  )
  class Prover extends actual.Prover {
    readonly #claimed = new TokenBuckets({ perSecond: 1e-6, burst: 20, maxKeys: 100 })
    override async prove(proof: Parameters<InstanceType<typeof actual.Prover>['prove']>[0]) {
      if (isOff('charging nobody before the proof') && !this.#claimed.take(proof.claim.hotkey, 0)) return refusals.hotkeyRate
      return isOff('the proof before the rules') ? undefined : super.prove(proof)
    }
  }
  return { ...actual, Prover }
})

vi.mock('../../../packages/axon/src/transport/http2/status-headers.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/transport/http2/status-headers.js')>()
  const refusalHeaders: typeof actual.refusalHeaders = (refusal, trailers) =>
    actual.refusalHeaders(isOff('one text for all refusals') ? { ...refusal, text: refusal.reason } : refusal, trailers)
  return { ...actual, refusalHeaders }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

let count = 0n

/** Signs like Mallory, in whosever name. */
const inTheNameOf = ({ cast: { mallory } }: Ground, { address, publicKey }: Signer): Signer => ({
  address,
  publicKey,
  scheme: 'sr25519',
  sign: (text) => mallory.sign(text),
})

const profiles: Readonly<Record<string, (ground: Ground, signer: Signer) => (connection: RawConnection) => Promise<{ ok: boolean }>>> = {
  btauth:
    ({ cast: { bob }, clock }, signer) =>
    async (connection) => {
      const body = sayBody()
      const bodySha256 = createHash('sha256').update(body).digest('hex')
      const nonce = String(clock.nowNs() + count++)
      return connection.call(
        Echo.say.path,
        body,
        await signBtauthCall({ signer, receiver: bob.address, path: Echo.say.path, bodySha256, nonce }),
      )
    },
  session:
    ({ cast: { bob }, clock }, signer) =>
    async (connection) =>
      connection.open((await signedOpen({ signer, server: bob.address, clock })).headers),
}

describe.each(Object.entries(profiles))('by the profile %s', (profile, calling) => {
  describe("attack: a stranger uses a validator's calls up by calling in his name", () => {
    const spoof = async () => {
      const limits = {
        callsPerSecondPerHotkey: 10,
        sessionOpensPerSecondPerHotkey: 1,
        maxSessionsPerHotkey: 16,
        failedSignaturesPerSecond: 1_000,
      }
      const ground = await bench.ground({ limits })
      const connection = ground.connect()
      const forged = calling(ground, inTheNameOf(ground, ground.cast.alice))
      for (let i = 0; i < 24; i++) expect(await forged(connection)).toMatchObject({ ok: false })
      const honest = calling(ground, ground.cast.alice)
      const own = ground.connect()
      return [await honest(own), await honest(own), await honest(own)].filter(({ ok }) => ok).length
    }

    it('is in vain: he pays himself', async () => expect(await spoof()).toBe(3))

    it('control: the validator is locked out without charging nobody before the proof', async () => {
      without.protection = 'charging nobody before the proof'
      expect(await spoof()).toBe(0)
    })
  })

  describe('attack: a stranger finds out whose names pass by trying them', () => {
    const answers = async () => {
      const ground = await bench.ground()
      const { alice, bob, charlie, mallory } = ground.cast
      const seen = new Set<string>()
      for (const name of [alice, bob, charlie, mallory]) {
        const outcome = await ground.connect().call(
          profile === 'session' ? '/tensorkit.axon.v1.AxonService/OpenSession' : Echo.say.path,
          new Uint8Array(),
          profile === 'session'
            ? (await signedOpen({ signer: inTheNameOf(ground, name), server: bob.address })).headers
            : await signBtauthCall({
                signer: inTheNameOf(ground, name),
                receiver: bob.address,
                path: Echo.say.path,
                bodySha256: '0'.repeat(64),
                nonce: String(ground.clock.nowNs()),
              }),
        )
        if (outcome.ok) throw new Error('it passed')
        const { code, details, metadata } = outcome.error
        seen.add([code, details, Buffer.from(metadata.get('grpc-status-details-bin')[0] ?? '').toString('hex')].join(' '))
      }
      return seen.size
    }

    it('sees one answer to all: registered or not, with permit and stake or not', async () => expect(await answers()).toBe(1))

    it('control: learns the rules without one text for all refusals', async () => {
      without.protection = 'one text for all refusals'
      expect(await answers()).toBe(4)
    })
  })
})

describe("attack: a stranger makes the subnet's own rule work by calling in a validator's name", () => {
  const ask = async () => {
    const asked: string[] = []
    const hook = ({ caller }: { readonly caller: { readonly hotkey: string } }) => {
      asked.push(caller.hotkey)
      return true
    }
    const ground = await bench.ground({ admit: hook })
    const forged = profiles.btauth?.(ground, inTheNameOf(ground, ground.cast.alice))
    await forged?.(ground.connect())
    return { asked, ground }
  }

  it('is in vain: only proved callers come before it', async () => {
    const { asked, ground } = await ask()
    expect([asked, ground.handled]).toEqual([[], []])
    expect(await profiles.btauth?.(ground, ground.cast.alice)(ground.connect())).toMatchObject({ ok: true })
    expect(asked).toEqual([ground.cast.alice.address])
  })

  it('control: it is asked about the forged name without the proof before the rules', async () => {
    without.protection = 'the proof before the rules'
    const { asked, ground } = await ask()
    expect(asked).toEqual([ground.cast.alice.address])
  })
})

describe('attack: a stranger says that he comes from somewhere else each time, so that no bucket is ever empty', () => {
  const pretend = async (trustedProxies: readonly string[]) => {
    // A clock that stands: nothing comes back while it runs.
    const clock = { ...systemClock, monotonicMs: () => 1_000 }
    const ground = await bench.ground({ limits: { failedSignaturesPerSecond: 1 }, trustedProxies, clock })
    const { bob, alice } = ground.cast
    const body = sayBody()
    const bodySha256 = createHash('sha256').update(body).digest('hex')
    const [signer, receiver, path] = [inTheNameOf(ground, alice), bob.address, Echo.say.path]
    const connection = ground.connect()
    for (let i = 0; i < 12; i++) {
      const headers = await signBtauthCall({ signer, receiver, path, bodySha256, nonce: String(ground.clock.nowNs() + count++) })
      expect(
        await connection.call(path, body, { ...headers, 'x-forwarded-for': `198.51.100.${i}`, forwarded: `for=198.51.100.${i}` }),
      ).toMatchObject({ ok: false })
    }
    return ground.metrics.total('tensorkit_axon_signature_checks_total')
  }

  it('is in vain: what he says is not read, and his own address has two', async () => expect(await pretend([])).toBe(2))

  it('control: has every signature checked where his word is trusted', async () => expect(await pretend(['127.0.0.1'])).toBe(12))
})
