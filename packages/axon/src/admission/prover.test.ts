import { type Clock, createMemoryReplayStore, type Metrics, type Ss58Address, TensorKitError } from '@tensorkit/core'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { resolveLimits } from '../resolve-limits.js'
import { Prover } from './prover.js'

const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY' as Ss58Address
const input = { scheme: 'sr25519', publicKey: new Uint8Array(32), message: new Uint8Array(1), signature: new Uint8Array(64) } as const

/** A prover whose signature checks end when the test says so. */
function setUp(limits: Parameters<typeof resolveLimits>[0] = {}) {
  const at = { ms: 0 }
  const clock: Clock = { nowMs: () => at.ms, nowNs: () => BigInt(at.ms) * 1_000_000n, monotonicMs: () => at.ms, sleep: async () => {} }
  const waiting: ((valid: boolean) => void)[] = []
  let checks = 0
  const metrics: Metrics = {
    count: (name, _labels, by = 1) => {
      if (name === 'tensorkit_axon_signature_checks_total') checks += by
    },
    gauge: () => {},
    observe: () => {},
  }
  const prover = new Prover({
    limits: resolveLimits(limits),
    clock,
    metrics,
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n, clock }),
    verify: () => new Promise<boolean>((resolve) => waiting.push(resolve)),
  })
  let count = 0
  let nonce = 0n
  const prove = (source: string, { again = false, call = { isOver: false } } = {}) => {
    // Later than the store's beginning and the allowed skew.
    if (!again) nonce = clock.nowNs() + 10_000_000_000n + BigInt(count++)
    return prover.prove({
      profile: 'btauth/1',
      claim: { hotkey, publicKey: input.publicKey, nonce: String(nonce), unixNs: nonce },
      source,
      call,
      check: async (verify) =>
        (await verify(input)) === true ? { ok: true } : { ok: false, reason: 'signature', code: 'AUTH_SIGNATURE_INVALID', detail: '' },
    })
  }
  /** Ends all checks that wait, and those that begin meanwhile, until the outcomes are there: strangers take turns. */
  const settle = async <T>(valid: boolean, outcomes: Promise<T> | readonly Promise<T>[]): Promise<readonly T[]> => {
    const timer = setInterval(() => {
      for (const end of waiting.splice(0)) end(valid)
    }, 1)
    try {
      return await Promise.all<T>([outcomes].flat())
    } finally {
      clearInterval(timer)
    }
  }
  return { at, prover, prove, settle, checks: () => checks }
}

describe('Prover', () => {
  it('checks so many signatures at a time, half of them for sources that proved a hotkey lately', async () => {
    const { prover, prove, settle, checks, at } = setUp({ maxVerificationsInFlight: 4 })
    expect(await settle(true, prove('proved'))).toEqual([undefined])
    const proved = [prove('proved'), prove('proved')]
    // The other half is not for it.
    expect(await prove('a')).toMatchObject({ status: 'RESOURCE_EXHAUSTED', reason: 'verifications_full' })
    proved.push(prove('proved'), prove('proved'))
    expect(await prove('proved')).toMatchObject({ reason: 'verifications_full' })
    expect(checks()).toBe(1 + 4)
    expect(await settle(true, proved)).toEqual([undefined, undefined, undefined, undefined])
    // Ten minutes later it is a stranger again: one has its turn, and two may wait.
    at.ms = 600_000
    const later = [prove('proved'), prove('proved'), prove('proved'), prove('proved')]
    expect(await later[3]).toMatchObject({ reason: 'verifications_full' })
    expect(await settle(true, later.slice(0, 2))).toEqual([undefined, undefined])
    await settle(true, later)
    // Unless it made calls meanwhile.
    at.ms = 1_190_000
    prover.noteProved('proved')
    at.ms = 1_200_001
    const calling = [prove('proved'), prove('proved'), prove('proved')]
    expect(await settle(true, calling)).toEqual([undefined, undefined, undefined])
  })

  it('charges the source for what fails or comes again, and not for what finds no room', async () => {
    const { prove, settle, checks } = setUp({ failedSignaturesPerSecond: 1.5, maxVerificationsInFlight: 2 })
    const bad = [prove('a'), prove('a')]
    expect(await prove('a')).toMatchObject({ reason: 'verifications_full' })
    expect(await settle(false, bad)).toMatchObject([{ reason: 'signature_invalid' }, { reason: 'signature_invalid' }])
    expect(await settle(true, prove('a'))).toEqual([undefined])
    // Three at once were allowed, and none was given back.
    expect(await prove('a')).toMatchObject({ status: 'RESOURCE_EXHAUSTED', publicReason: 'RATE', reason: 'source_rate' })
    expect(checks()).toBe(3)
  })

  it('refuses a nonce that came before, and leaves it charged', async () => {
    const { prover, prove, settle } = setUp({ failedSignaturesPerSecond: 1 })
    expect(await settle(true, prove('a'))).toEqual([undefined])
    prover.refund('a')
    for (let i = 0; i < 2; i++) {
      expect(await settle(true, prove('a', { again: true }))).toMatchObject([{ reason: 'replayed' }])
    }
    expect(await prove('a')).toMatchObject({ reason: 'source_rate' })
  })

  it('checks no signature of a call that was over when its turn came, and does not charge it', async () => {
    const { prove, settle, checks } = setUp({ failedSignaturesPerSecond: 1 })
    const call = { isOver: false }
    const first = prove('a')
    const second = prove('a', { call })
    call.isOver = true
    expect(await settle(true, [first, second])).toMatchObject([undefined, { reason: 'left' }])
    expect(checks()).toBe(1)
    expect(await settle(false, prove('a'))).toMatchObject([{ reason: 'signature_invalid' }])
    expect(checks()).toBe(2)
  })

  it('fails closed when the verifier does, and says when it is busy', async () => {
    const { prover } = setUp()
    const claim = { hotkey, publicKey: input.publicKey, nonce: '10000000000', unixNs: 10_000_000_000n }
    const failing = (error: Error) =>
      prover.prove({ profile: 'session/1', claim, source: 'a', call: { isOver: false }, check: () => Promise.reject(error) })
    expect(await failing(new Error('x'))).toMatchObject({ status: 'UNAVAILABLE', reason: 'verifier_failed' })
    expect(await failing(new TensorKitError('CORE_BUSY', 'x'))).toMatchObject({
      status: 'RESOURCE_EXHAUSTED',
      reason: 'verifications_full',
    })
    expect(await failing(new TensorKitError('CORE_CLOSED', 'x'))).toMatchObject({ status: 'UNAVAILABLE' })
  })

  it('makes no more checks for a source than its bucket has, whatever it sends and however it spreads it', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ waitMs: fc.nat(300), again: fc.boolean(), valid: fc.boolean() }), { maxLength: 80 }),
        async (sent) => {
          const { at, prover, prove, checks } = setUp({ failedSignaturesPerSecond: 5 })
          // Known, so that it need not wait for turns: the bucket is all that bounds it.
          prover.noteProved('a')
          for (const { waitMs, again } of sent) {
            at.ms += waitMs
            void prove('a', { again })
          }
          expect(checks()).toBeLessThanOrEqual(10 + (at.ms / 1000) * 5 + 1e-6)
        },
      ),
      { numRuns: 200 },
    )
  })

  it('knows the public key of who proved itself, and of nobody else', async () => {
    const { prover, prove, settle } = setUp()
    expect(prover.knownPublicKey(hotkey)).toBeUndefined()
    await settle(true, prove('a'))
    expect(prover.knownPublicKey(hotkey)).toBe(input.publicKey)
  })
})
