import { createServer } from 'node:net'
import type { NeuronEntry } from '@tensorkit/core'
import { createDendrite, type DendriteOptions } from '@tensorkit/dendrite'
import { beforeEach, describe, expect, it, vi } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { attackBench, castOf } from '../support/attack-bench.js'

// Nobody is really called at 10.x: where a probe or a channel would go is written down, and only loopback is let through.
const called = vi.hoisted(() => [] as string[])
const isReal = vi.hoisted(() => (host: string) => host.startsWith('127.') || host === 'localhost')

vi.mock('../../../packages/dendrite/src/tls/probe-leaf.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/tls/probe-leaf.js')>()
  const probeLeaf: typeof actual.probeLeaf = (options) => {
    called.push(options.host)
    return actual.probeLeaf(isReal(options.host) ? options : { ...options, host: '127.0.0.1', port: 1 })
  }
  return { ...actual, probeLeaf }
})

vi.mock('../../../packages/dendrite/src/resolve-transport.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/resolve-transport.js')>()
  const resolveTransport: typeof actual.resolveTransport = (options) => {
    const transport = actual.resolveTransport(options)
    return {
      ...transport,
      open: (target) => {
        called.push(target.host)
        return transport.open(isReal(target.host) ? target : { ...target, host: '127.0.0.1', port: 1 })
      },
    }
  }
  return { ...actual, resolveTransport }
})

const bench = attackBench()
beforeEach(() => {
  called.length = 0
})

/** A service of the validator's own machine, which nobody outside should reach. */
async function ownService(host: string) {
  let connections = 0
  const server = createServer((socket) => {
    connections++
    socket.destroy()
  })
  await new Promise<void>((resolve) => server.listen(0, host, resolve))
  bench.keep({ close: () => server.close() })
  return { port: (server.address() as { port: number }).port, connections: () => connections }
}

/** A miner as the chain has it, at the address that it chose to publish. */
const published = (hotkey: string, host: string, port: number) =>
  ({
    uid: 3,
    hotkey,
    coldkey: hotkey,
    scheme: 'sr25519',
    validatorPermit: false,
    stake: 0n,
    axon: { host, port },
  }) as unknown as NeuronEntry

const ways: readonly DendriteOptions['transport'][] = ['http2', 'grpc-js']
const profiles: readonly Partial<DendriteOptions>[] = [{}, { profile: 'btauth' }, { insecure: true }]
const cases = ways.flatMap((transport) => profiles.map((options) => ({ transport, ...options })))

describe.each(cases)('with %o', (options) => {
  const call = async (host: string, port: number, more: Partial<DendriteOptions> = {}) => {
    const { alice, eve } = await castOf()
    const dendrite = bench.keep(createDendrite({ signer: alice, directory: domain, timeoutMs: 2_000, ...options, ...more }))
    const target = published(eve.address, host, port)
    const reply = await dendrite.call(target, Echo.say, { text: 'hi', times: 1 })
    const described = await dendrite.describe(target)
    await dendrite.warmUp([target])
    return { reply, described }
  }

  describe.each([
    '127.0.0.2',
    '10.1.2.3',
    '169.254.169.254',
    '192.168.1.1',
    '::1',
    '::ffff:10.0.0.1',
    '64:ff9b::a00:1',
    'fd00::1',
    'localhost',
    '0x7f.1',
  ])('attack: a miner publishes %s, to make a validator call into his own network', (host) => {
    it('is refused, and nothing is connected to', async () => {
      const service = host === '127.0.0.2' ? await ownService(host) : undefined
      const { reply, described } = await call(host, service?.port ?? 80)
      for (const outcome of [reply, described]) expect(outcome).toMatchObject({ ok: false, error: { code: 'DENDRITE_ADDRESS_REFUSED' } })
      expect([called, service?.connections() ?? 0]).toEqual([[], 0])
    })

    it('control: succeeds with allowPrivateAddresses', async () => {
      const service = host === '127.0.0.2' ? await ownService(host) : undefined
      await call(host, service?.port ?? 80, { allowPrivateAddresses: true })
      expect(called).toContain(host)
      if (service !== undefined) expect(service.connections()).toBeGreaterThan(0)
    })
  })
})
