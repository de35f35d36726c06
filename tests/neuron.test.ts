import { chmod, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createTlsIdentity, loadTlsIdentity } from '@tensorkit/axon'
import { defineProtocol, double, exitCodeOf, type Logger, message, silentLogger, systemClock, tao, uint32, unary } from '@tensorkit/core'
import { type MinerContext, type NeuronEvent, type RunValidatorOptions, runMiner, runValidator } from '@tensorkit/neuron'
import { devWallet } from '@tensorkit/wallet'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { bootSubnet, type TestSubnet } from './support/subnet.js'

const Square = defineProtocol('square.v1.Square', {
  square: unary({ request: message({ x: uint32(1) }), response: message({ y: double(1) }) }),
})
const Other = defineProtocol('other.v1.Other', {
  other: unary({ request: message({ x: uint32(1) }), response: message({ y: double(1) }) }),
})

let subnet: TestSubnet
let directory: string
const running: { readonly stop: () => Promise<void> }[] = []

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-neuron-'))
  subnet = await bootSubnet({ validators: [tao(600)], miners: 3 })
})
afterEach(async () => {
  await Promise.allSettled(running.splice(0).map(({ stop }) => stop()))
})
afterAll(async () => {
  await subnet?.[Symbol.asyncDispose]()
  await rm(directory, { recursive: true, force: true })
})

/** Something that runs until it is stopped, and what it told. */
function start(
  run: (options: { signal: AbortSignal; onEvent: (event: NeuronEvent) => void; logger: Logger; handleSignals: false }) => Promise<void>,
) {
  const controller = new AbortController()
  const events: NeuronEvent[] = []
  const ended = run({ signal: controller.signal, onEvent: (event) => void events.push(event), logger: silentLogger, handleSignals: false })
  const outcome = ended.then(
    () => 'ended' as const,
    (error: unknown) => error as Error & { code: string; facts: Record<string, unknown> },
  )
  const stop = async () => {
    controller.abort()
    await outcome
  }
  const of = <T extends NeuronEvent['type']>(type: T) =>
    events.filter((event): event is Extract<NeuronEvent, { type: T }> => event.type === type)
  const until = <T extends NeuronEvent['type']>(type: T, test: (event: Extract<NeuronEvent, { type: T }>) => boolean = () => true) =>
    vi.waitFor(
      () => {
        const found = of(type).find(test)
        if (!found) throw new Error(`no event ${type} among ${events.map((event) => event.type).join(', ')}`)
        return found
      },
      { timeout: 10_000, interval: 5 },
    )
  const handle = { events, of, until, stop, outcome }
  running.push(handle)
  return handle
}

/** Lets miners submit, then seals blocks until all of them are served: few, since epochs count blocks too. */
async function untilServing(...miners: readonly ReturnType<typeof start>[]): Promise<void> {
  for (const miner of miners) {
    await vi.waitFor(() => expect(miner.of('serve-submitted').length + miner.of('serving').length).toBeGreaterThan(0), 10_000)
  }
  await subnet.localnet.mine()
  for (const miner of miners) await miner.until('serving')
}

const config = (state?: string) => ({
  chain: subnet.localnet.url,
  netuid: subnet.netuid,
  wallet: {},
  axon: { port: 0 },
  stateDirectory: state ?? join(directory, 'state'),
})

async function startMiner(n: number, answer: (x: number) => number | Promise<number>) {
  const wallet = await devWallet(`//Miner/${n}`)
  return start((options) =>
    runMiner({
      ...options,
      config: config(),
      wallet,
      implement: (axon) => axon.implement(Square, { square: async ({ x }) => ({ y: await answer(x) }) }),
    }),
  )
}

const squareRound: RunValidatorOptions['round'] = async ({ miners, dendrite, scores, signal }) => {
  for await (const reply of dendrite.query(miners, Square.square, { x: 7 }, { signal, timeoutMs: 2_000 })) {
    scores.record(reply.hotkey, reply.ok ? 1 / (1 + Math.abs(reply.value.y - 49)) : 0)
  }
}

async function startValidator(options: Partial<RunValidatorOptions> = {}) {
  const wallet = await devWallet('//Validator/0')
  return start((common) =>
    runValidator({
      config: config(),
      wallet,
      round: squareRound,
      dendrite: { allowPrivateAddresses: true },
      ...common,
      ...options,
    }),
  )
}

describe('a subnet of miners and a validator', () => {
  it('runs: axons are served, the validator waits for its permit, scores, sets weights, and consensus pays', async () => {
    const { localnet, subtensor, netuid } = subnet
    const good = await startMiner(0, (x) => x * x)
    const poor = await startMiner(1, (x) => x * x + 1)
    const idle = await startMiner(2, () => Promise.reject(new Error('no model')))
    await untilServing(good, poor, idle)
    const validator = await startValidator()
    expect(await validator.until('started')).toMatchObject({ role: 'validator', uid: 4, netuid })
    expect(await validator.until('waiting')).toMatchObject({ reason: 'permit' })

    await subnet.mineEpoch()
    await validator.until('waiting', ({ reason }) => reason === 'permit-is-new')
    // The run seals each block once the round of the last one is over, as a runner does.
    for (;;) {
      await localnet.mine()
      const { block } = localnet
      const round = await validator.until('round-finished', (event) => event.block === block.number)
      expect(round.replies.map(({ uid, ok }) => [uid, ok]).sort(), JSON.stringify(round.replies)).toEqual([
        [1, true],
        [2, true],
        [3, false],
      ])
      if ((await subtensor.getEpochStatus({ netuid })).blocksToNextEpoch === 1) break
    }
    const [submitted] = validator.of('weights-submitted')
    expect(submitted).toMatchObject({ uids: [1, 2, 3], weights: [65_535, 32_768, 0] })
    const set = await validator.until('weights-set')
    // Included in the very block after its round: the round did not wait for it.
    expect(set).toMatchObject({ block: (submitted?.block ?? 0) + 1, weights: [65_535, 32_768, 0] })
    expect(validator.of('weights-submitted')).toHaveLength(1)
    expect(await subtensor.getWeights({ netuid, uid: 4 })).toEqual([
      { uid: 1, weight: 65_535 },
      { uid: 2, weight: 32_768 },
      { uid: 3, weight: 0 },
    ])
    await localnet.mine()
    await validator.until('epoch')
    const { openMetagraph } = await import('@tensorkit/metagraph')
    const { snapshot } = await openMetagraph({ subtensor, netuid })
    expect(snapshot.neuron(1).incentive / snapshot.neuron(2).incentive).toBeCloseTo(2, 2)
    expect(snapshot.neuron(3).incentive).toBe(0)

    await validator.stop()
    expect(await validator.outcome).toBe('ended')
    expect(validator.events.at(-1)).toEqual({ type: 'stopped' })
    const saved = await readFile(
      join(directory, 'state', subtensor.genesisHash.slice(0, 16), `netuid-${netuid}`, subnet.validators[0]?.address ?? '', 'scores.json'),
      'utf8',
    )
    expect(JSON.parse(saved.split('\n')[1] ?? '')).toMatchObject({
      version: 1,
      scores: { [subnet.miners[0]?.address ?? '']: { count: expect.any(Number) } },
    })

    // A second life goes on from the file, in the same epoch sets nothing twice, and finds its axon served.
    const again = await startValidator({
      round: ({ scores, miners }) => void expect(scores.get(miners[0]?.hotkey ?? '')).toBeGreaterThan(0.5),
    })
    await again.until('round-finished')
    expect(again.of('round-failed')).toEqual([])
    await good.stop()
    expect(await good.outcome).toBe('ended')
  })

  it('sets weights once an epoch, across a restart, and none that nobody earned', async () => {
    const { localnet, subtensor, netuid } = subnet
    await subnet.mineEpoch()
    const { nextEpochBlock = 0 } = await subtensor.getEpochStatus({ netuid })
    const seal = async (validator: Awaited<ReturnType<typeof startValidator>>) => {
      await localnet.mine()
      await validator.until('round-finished', ({ block }) => block === localnet.block.number)
    }
    const options = { config: config(join(directory, 'once')), weights: { windowBlocks: 12 } }
    const idle = await startValidator({ ...options, round: () => {} })
    await idle.until('round-finished')
    while (localnet.block.number < nextEpochBlock - 10) await seal(idle)
    expect(idle.of('weights-skipped').map(({ reason }) => reason)).toEqual(['no-scores'])
    await idle.stop()
    const busy = await startValidator({
      ...options,
      round: ({ miners, scores }) => {
        for (const { hotkey } of miners) scores.record(hotkey, 1)
      },
    })
    await busy.until('weights-submitted')
    await seal(busy)
    await busy.until('weights-set')
    await seal(busy)
    await busy.stop()
    const again = await startValidator(options)
    await again.until('round-finished')
    await seal(again)
    expect(localnet.block.number).toBeLessThan(nextEpochBlock)
    expect([...busy.of('weights-submitted'), ...again.of('weights-submitted')]).toHaveLength(1)
    await again.stop()
    const uniform = await startValidator({
      config: config(join(directory, 'uniform')),
      weights: { windowBlocks: 12, whenAllZero: 'uniform' },
      round: () => {},
    })
    await uniform.until('round-finished')
    while ((await subtensor.getEpochStatus({ netuid })).blocksToNextEpoch !== 10) await seal(uniform)
    const [set] = uniform.of('weights-submitted')
    expect(set?.weights).toEqual(set?.uids.map(() => 65_535))
  })

  it('goes on after a round that throws, and after one that ignores its time-out', async () => {
    let round = 0
    const validator = await startValidator({
      roundTimeoutMs: 150,
      round: () => {
        round++
        if (round === 1) throw new Error('a mistake')
        if (round === 2) return new Promise(() => {})
        return undefined
      },
    })
    expect(await validator.until('round-failed')).toMatchObject({ error: { code: 'NEURON_ROUND_FAILED', cause: { message: 'a mistake' } } })
    await subnet.localnet.mine()
    expect(await validator.until('round-failed', ({ error }) => error.code === 'CORE_TIMEOUT')).toMatchObject({
      block: subnet.localnet.block.number,
    })
    await subnet.localnet.mine()
    await validator.until('round-finished', ({ block }) => block === subnet.localnet.block.number)
  })

  it('finishes the round under way when told to end, and cuts it at the deadline', async () => {
    let release: () => void = () => {}
    const polite = await startValidator({
      round: () =>
        new Promise<void>((resolve) => {
          release = resolve
        }),
    })
    await polite.until('round-started')
    const stopping = polite.stop()
    await new Promise((resolve) => setTimeout(resolve, 50))
    expect(polite.of('round-finished')).toEqual([])
    release()
    await stopping
    expect(polite.events.slice(-2).map(({ type }) => type)).toEqual(['round-finished', 'stopped'])
    const stubborn = await startValidator({ drainTimeoutMs: 50, round: () => new Promise(() => {}) })
    await stubborn.until('round-started')
    await stubborn.stop()
    expect(stubborn.events.slice(-2).map(({ type }) => type)).toEqual(['round-failed', 'stopped'])
  })

  it('publishes the TLS key of its axon, keeps it across a restart, and changes it without losing a call', async () => {
    await subnet.mineEpoch()
    const { localnet, subtensor, netuid } = subnet
    const hotkey = subnet.miners[0]?.address ?? ''
    const wallet = await devWallet('//Miner/0')
    let rotateTls: MinerContext['rotateTls'] | undefined
    const startKeyed = (port: number) =>
      start((options) =>
        runMiner({
          ...options,
          wallet,
          config: { ...config(join(directory, 'keyed')), axon: { port } },
          implement: (axon, context) => {
            rotateTls = context.rotateTls
            axon.implement(Square, { square: ({ x }) => ({ y: x * x }) })
          },
        }),
      )
    const first = startKeyed(0)
    const { port } = await first.until('listening')
    await untilServing(first)
    const published = await subtensor.getCertificate({ netuid, hotkey })
    expect(published).toMatchObject({ algorithm: 0x54 })
    const file = join(directory, 'keyed', subtensor.genesisHash.slice(0, 16), `netuid-${netuid}`, hotkey, 'tls.pem')
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    expect((await loadTlsIdentity({ path: file })).certificate).toEqual(published)
    await first.stop()

    const again = startKeyed(port)
    await untilServing(again)
    expect(again.of('serve-submitted')).toEqual([])
    expect(await subtensor.getCertificate({ netuid, hotkey })).toEqual(published)

    // A dendrite opens one session with a peer in 10 s: that much passes before the key changes.
    let passedMs = 0
    const validator = await startValidator({ clock: { ...systemClock, monotonicMs: () => systemClock.monotonicMs() + passedMs } })
    const seal = async () => {
      await localnet.mine()
      const { replies } = await validator.until('round-finished', ({ block }) => block === localnet.block.number)
      expect(replies.find((reply) => reply.hotkey === hotkey)).toMatchObject({ ok: true, code: undefined })
    }
    await validator.until('round-finished')
    for (let i = 0; i < 3; i++) await seal()
    passedMs = 11_000
    const identity = await createTlsIdentity()
    rotateTls?.(identity)
    const shown = async () => (await subtensor.getCertificate({ netuid, hotkey }))?.publicKey
    for (let i = 0; i < 20 && Buffer.compare((await shown()) ?? Buffer.of(), identity.certificate.publicKey) !== 0; i++) await seal()
    expect(await shown()).toEqual(identity.certificate.publicKey)
    for (let i = 0; i < 3; i++) await seal()
    await validator.stop()
    await again.stop()

    await chmod(file, 0o644)
    const exposed = startKeyed(port)
    const refused = await exposed.outcome
    expect(refused).toMatchObject({ code: 'AXON_TLS_KEY_UNSAFE', facts: { path: file } })
    expect(exitCodeOf(refused)).toBe(5)
  })

  it('serves and calls in plain text where both are told to', async () => {
    await subnet.mineEpoch()
    const wallet = await devWallet('//Miner/1')
    const miner = start((options) =>
      runMiner({
        ...options,
        wallet,
        config: { ...config(), insecure: true },
        implement: (axon) => axon.implement(Square, { square: ({ x }) => ({ y: x * x }) }),
      }),
    )
    await untilServing(miner)
    const plain = await startValidator({ config: { ...config(), insecure: true } })
    const replies = async (validator: typeof plain) => {
      const { replies: all } = await validator.until('round-finished')
      return all.find(({ hotkey }) => hotkey === wallet.hotkey.address)
    }
    expect(await replies(plain)).toMatchObject({ ok: true })
    await plain.stop()
    const secure = await startValidator()
    // It is not led to plain text by a miner that speaks nothing else.
    expect(await replies(secure)).toMatchObject({ ok: false })
    await secure.stop()
    await miner.stop()
  })

  it('ends when no miner speaks the validator’s protocol', async () => {
    const validator = await startValidator({
      round: async ({ miners, dendrite, signal }) => {
        for await (const reply of dendrite.query(miners, Other.other, { x: 1 }, { signal })) expect(reply.ok).toBe(false)
      },
    })
    // Two of the three miners of the first test are gone: one witness is not enough.
    await validator.until('round-finished')
    await validator.stop()
    const miners = [await startMiner(0, (x) => x), await startMiner(1, (x) => x), await startMiner(2, (x) => x)]
    await untilServing(...miners)
    const second = await startValidator({
      round: async ({ miners: all, dendrite, signal }) => {
        for await (const reply of dendrite.query(all, Other.other, { x: 1 }, { signal })) expect(reply.ok).toBe(false)
      },
    })
    expect(await second.outcome).toMatchObject({ code: 'PROTOCOL_MISMATCH', facts: { miners: 3 } })
  })
})

describe('what ends a neuron at once', () => {
  const failing = async (options: Partial<RunValidatorOptions>) => (await startValidator(options)).outcome

  it('a hotkey that is not registered', async () => {
    expect(await failing({ wallet: await devWallet('//Nobody') })).toMatchObject({
      code: 'NEURON_NOT_REGISTERED',
      facts: { hotkey: (await devWallet('//Nobody')).hotkey.address, netuid: subnet.netuid, chain: subnet.localnet.url },
    })
  })

  it('a subnet that does not exist, and a chain that cannot be reached', async () => {
    expect(await failing({ config: { ...config(), netuid: 999 } })).toMatchObject({ code: 'METAGRAPH_NOT_FOUND' })
    expect(await failing({ config: { ...config(), chain: 'ws://127.0.0.1:1' } })).toMatchObject({ code: 'CHAIN_UNREACHABLE' })
    expect(await failing({ config: { ...config(), chain: 'nonsense' } })).toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })

  it('a clock that is off, by how much and which way', async () => {
    const skewed = (byMs: number) => ({ ...systemClock, nowMs: () => Date.now() + byMs })
    expect(await failing({ clock: skewed(14_000) })).toMatchObject({
      code: 'NEURON_CLOCK_SKEWED',
      shortMessage: 'Your clock is 14 s ahead',
    })
    expect(await failing({ clock: skewed(-14_000) })).toMatchObject({
      code: 'NEURON_CLOCK_SKEWED',
      shortMessage: 'Your clock is 14 s behind',
    })
    const fine = await startValidator({ clock: skewed(900) })
    await fine.until('started')
  })

  it('a damaged file of scores, which is left as it is beside its backup', async () => {
    const state = join(directory, 'damaged')
    const first = await startValidator({ config: config(state) })
    await first.until('round-finished')
    await subnet.localnet.mine()
    await first.until('round-finished', ({ block }) => block === subnet.localnet.block.number)
    await first.stop()
    const file = join(
      state,
      subnet.subtensor.genesisHash.slice(0, 16),
      `netuid-${subnet.netuid}`,
      subnet.validators[0]?.address ?? '',
      'scores.json',
    )
    const good = await readFile(file, 'utf8')
    const damaged = good.replace(/"count":\d+/, '"count":999')
    await writeFile(file, damaged)
    expect(await failing({ config: config(state) })).toMatchObject({ code: 'NEURON_STATE_CORRUPT', facts: { file, backup: `${file}.bak` } })
    expect(await readFile(file, 'utf8')).toBe(damaged)
    await writeFile(file, await readFile(`${file}.bak`))
    await (await startValidator({ config: config(state) })).until('started')
  })

  it('a version that is too old for the subnet', async () => {
    await subnet.mineEpoch()
    const { subtensor, netuid, alice } = subnet
    await subnet.sealed(subtensor.setHyperparameter({ netuid, name: 'weightsVersionKey', value: 3n, signer: alice, waitFor: 'pool' }))
    expect(await failing({})).toMatchObject({ code: 'NEURON_VERSION_TOO_OLD', facts: { demanded: 3n, own: 0n } })
    await (await startValidator({ weights: { versionKey: 3n } })).until('started')
    await subnet.localnet.mine(100)
    await subnet.sealed(subtensor.setHyperparameter({ netuid, name: 'weightsVersionKey', value: 0n, signer: alice, waitFor: 'pool' }))
  })

  it('a subnet with commit-reveal, by name', async () => {
    await subnet.mineEpoch()
    const { subtensor, netuid, alice } = subnet
    await subnet.sealed(
      subtensor.setHyperparameter({ netuid, name: 'commitRevealWeightsEnabled', value: true, signer: alice, waitFor: 'pool' }),
    )
    expect(await failing({})).toMatchObject({ code: 'CORE_NOT_SUPPORTED', facts: { hyperparameter: 'commit_reveal_weights_enabled' } })
  })

  it('a taken port, and an axon on all addresses without one to publish', async () => {
    const wallet = await devWallet('//Miner/0')
    const taken = start((options) =>
      runMiner({
        ...options,
        wallet,
        config: { ...config(), axon: { port: subnet.localnet.port } },
        implement: (axon) => axon.implement(Square, { square: ({ x }) => ({ y: x }) }),
      }),
    )
    expect(await taken.outcome).toMatchObject({ code: 'AXON_ADDRESS_IN_USE' })
    const open = start((options) =>
      runMiner({ ...options, wallet, config: { ...config(), axon: { host: '0.0.0.0', port: 0 } }, implement: () => {} }),
    )
    expect(await open.outcome).toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })
})
