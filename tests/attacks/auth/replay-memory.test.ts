import { createHash } from 'node:crypto'
import { AxonService, createMemoryReplayStore, type ReplayStore, type Signer, signBtauthCall } from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { Echo, type RawOutcome } from '../../axon-dendrite-support.js'
import { type RawConnection, type RawHeaders, signedOpen } from '../../axon-session-support.js'
import { attackBench, type Ground, sayBody } from '../support/attack-bench.js'

type Protection = 'the signature before the memory' | 'a memory of every nonce, not of the last one'
const without = vi.hoisted(() => ({ protection: undefined as string | undefined }))
const isOff = vi.hoisted(() => (protection: Protection) => without.protection === protection)

vi.mock('../../../packages/axon/src/admission/prover.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/axon/src/admission/prover.js')>()
  const { refusals } = await vi.importActual<typeof import('../../../packages/axon/src/refusal.js')>(
    '../../../packages/axon/src/refusal.js',
  )
  type Proof = Parameters<InstanceType<typeof actual.Prover>['prove']>[0]
  class Prover extends actual.Prover {
    readonly #own: ConstructorParameters<typeof actual.Prover>[0]
    constructor(own: ConstructorParameters<typeof actual.Prover>[0]) {
      super(own)
      this.#own = own
    }
    override async prove(proof: Proof) {
      if (!isOff('the signature before the memory')) return super.prove(proof)
      // As Fiber had it: whoever comes first owns the nonce.
      const { profile, claim, check } = proof
      const stored = await this.#own.replayStore.checkAndStore({ profile, hotkey: claim.hotkey, nonce: claim.nonce })
      if (stored !== 'stored') return refusals.replayed
      return (await check(this.#own.verify)).ok ? undefined : refusals.signatureInvalid
    }
  }
  return { ...actual, Prover }
})

vi.mock('../../../packages/core/src/auth/replay/check-replay.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/core/src/auth/replay/check-replay.js')>()
  const last = new Map<string, bigint>()
  const checkReplay: typeof actual.checkReplay = async (options) => {
    if (!isOff('a memory of every nonce, not of the last one')) return actual.checkReplay(options)
    // As v10 had it: the newest nonce of a caller is all that is kept.
    const { hotkey, unixNs } = options.claim
    if (unixNs <= (last.get(hotkey) ?? 0n))
      return { ok: false, reason: 'replayed', code: 'AUTH_REPLAYED', detail: 'a newer one was last processed' }
    last.set(hotkey, unixNs)
    return { ok: true }
  }
  return { ...actual, checkReplay }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

/** What a caller sends, by the axon's clock, and what is forged of it without the key. */
interface Sent {
  readonly send: (connection: RawConnection) => Promise<RawOutcome>
  readonly forged: (connection: RawConnection) => Promise<RawOutcome>
}

let count = 0n
const noSignature = new Uint8Array(64).fill(0xab)

const profiles: Readonly<Record<string, (ground: Ground, signer?: Signer) => Promise<Sent>>> = {
  btauth: async ({ cast: { alice, bob }, clock }, signer = alice) => {
    const body = sayBody()
    const bodySha256 = createHash('sha256').update(body).digest('hex')
    const headers = await signBtauthCall({
      signer,
      receiver: bob.address,
      path: Echo.say.path,
      bodySha256,
      nonce: String(clock.nowNs() + count++),
    })
    const call = (sent: RawHeaders) => (connection: RawConnection) => connection.call(Echo.say.path, body, sent)
    return { send: call(headers), forged: call({ ...headers, 'x-bittensor-signature': `0x${Buffer.from(noSignature).toString('hex')}` }) }
  },
  session: async ({ cast: { alice, bob }, clock, spkiSha256 }, signer = alice) => {
    const { headers } = await signedOpen({ signer, server: bob.address, spkiSha256, clock })
    const open = (sent: RawHeaders) => async (connection: RawConnection) => {
      const opened = await connection.open(sent)
      if (!opened.ok) return opened
      const token = Buffer.from(AxonService.openSession.response.decode(opened.body).token).toString('hex')
      return connection.call(Echo.say.path, sayBody(), { 'tk-session': token })
    }
    return { send: open(headers), forged: open({ ...headers, 'tk-open-sig-bin': noSignature }) }
  },
}

describe.each(Object.entries(profiles))('by the profile %s', (_profile, sign) => {
  describe("attack: a stranger uses a caller's nonce up before the caller does", () => {
    const poison = async () => {
      const ground = await bench.ground()
      const honest = await sign(ground)
      expect(await honest.forged(ground.connect())).toMatchObject({ ok: false })
      expect(ground.reason()).toBe('signature_invalid')
      return { ground, outcome: await honest.send(ground.connect()) }
    }

    it('is in vain: the memory holds proved nonces alone', async () => {
      const { ground, outcome } = await poison()
      expect(outcome).toMatchObject({ ok: true })
      expect(ground.handled).toHaveLength(1)
    })

    it('control: the honest call is lost without the signature before the memory', async () => {
      without.protection = 'the signature before the memory'
      const { ground, outcome } = await poison()
      expect(outcome).toMatchObject({ ok: false })
      expect([ground.handled, ground.reason()]).toEqual([[], 'replayed'])
    })
  })

  describe('attack: what was caught is sent again after a restart of the axon', () => {
    const restart = async (isNew: boolean) => {
      const first = await bench.ground()
      const caught = await sign(first)
      expect(await caught.send(first.connect())).toMatchObject({ ok: true })
      await first.axon.close()
      // A memory that begins with its process, or one that says that there was nothing before.
      const replayStore = createMemoryReplayStore(isNew ? {} : { completeSinceNs: 0n })
      const second = await bench.ground({ port: first.axon.endpoint.port, replayStore })
      return { second, outcome: await caught.send(second.connect()) }
    }

    it('is refused: what was signed before the memory began is not believed', async () => {
      const { second, outcome } = await restart(true)
      expect(outcome).toMatchObject({ ok: false })
      expect([second.handled, second.reason()]).toEqual([[], 'before_start'])
      // The skew later, every honest caller is served again.
      second.clock.pass(2_500)
      expect(await (await sign(second)).send(second.connect())).toMatchObject({ ok: true })
    })

    it('control: succeeds without the beginning of the memory', async () => {
      const { second, outcome } = await restart(false)
      expect(outcome).toMatchObject({ ok: true })
      expect(second.handled).toHaveLength(1)
    })
  })

  describe('attack: what was caught is sent many times at the same moment', () => {
    const race = async (replayStore: ReplayStore) => {
      const ground = await bench.ground({ replayStore })
      const { send } = await sign(ground)
      await Promise.all(Array.from({ length: 6 }, () => send(ground.connect())))
      return ground.handled.length
    }

    it('is served once: checking and storing are one step', async () => {
      expect(await race(createMemoryReplayStore({ completeSinceNs: 0n }))).toBe(1)
    })

    it('control: is served again and again by a memory that checks first and stores a moment later', async () => {
      const seen = new Set<string>()
      let looked = 0
      let meet: () => void = () => {}
      const second = new Promise<void>((resolve) => {
        meet = resolve
      })
      const slow: ReplayStore = {
        retentionMs: 60_000,
        checkAndStore: async ({ nonce }) => {
          if (seen.has(nonce)) return 'seen'
          // The moment is as long as it takes the second to come.
          if (++looked === 2) meet()
          await second
          seen.add(nonce)
          return 'stored'
        },
      }
      expect(await race(slow)).toBeGreaterThan(1)
    })
  })

  describe('attack: a registered caller fills the memory of nonces', () => {
    const maxEntries = 16
    const fill = async (maxEntriesPerHotkey?: number) => {
      // The rate of openings is another protection, and must not help here.
      const limits = { sessionOpensPerSecondPerHotkey: 1_000 }
      const replayStore = createMemoryReplayStore({ completeSinceNs: 0n, maxEntries, ...(maxEntriesPerHotkey && { maxEntriesPerHotkey }) })
      const ground = await bench.ground({ replayStore, limits })
      let stored = 0
      for (let i = 0; i < maxEntries + 4; i++) {
        const connection = ground.connect()
        if ((await (await sign(ground, ground.cast.eve)).send(connection)).ok) stored++
        connection.close()
      }
      const honest = await (await sign(ground)).send(ground.connect())
      return { stored, honest, reason: honest.ok ? undefined : ground.reason() }
    }

    it('gets an eighth of it at most, and leaves an honest caller his', async () => {
      const { stored, honest } = await fill()
      expect(stored).toBe(maxEntries / 8)
      expect(honest).toMatchObject({ ok: true })
    })

    it('control: gets all of it without that share, and an honest caller is lost', async () => {
      const { stored, reason } = await fill(maxEntries)
      expect([stored, reason]).toEqual([maxEntries, 'replay_store_failed'])
    })
  })

  describe('attack: calls that were made at once are put out of order', () => {
    const reorder = async () => {
      const ground = await bench.ground()
      const sent: Sent[] = []
      for (let i = 0; i < 4; i++) sent.unshift(await sign(ground))
      const outcomes = []
      for (const { send } of sent) outcomes.push((await send(ground.connect())).ok)
      return outcomes
    }

    it('costs none of them', async () => expect(await reorder()).toEqual([true, true, true, true]))

    it('control: costs all but the newest without a memory of every nonce', async () => {
      without.protection = 'a memory of every nonce, not of the last one'
      expect(await reorder()).toEqual([true, false, false, false])
    })
  })
})
