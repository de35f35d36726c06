import { type NeuronCertificate, netUid, type Ss58Address } from '@tensorkit/core'
import { type ChainValue, encodeIp } from '@tensorkit/subtensor'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { decodeSnapshot } from './decode-snapshot.js'

const hotkeys = ['5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty']
const noAxon = { block: 0n, version: 0, ip: 0n, port: 0, ipType: 0, protocol: 0, placeholder1: 0, placeholder2: 0 }
const axonAt = (host: string, port: number) => ({ ...noAxon, ...encodeIp(host), port })

/** The answer of the chain as the backend decodes it, for two neurons. */
const answer = (changes: Record<string, ChainValue> = {}): ChainValue => ({
  netuid: 2,
  name: [...Buffer.from('ünïcode')],
  symbol: [...Buffer.from('β')],
  ownerHotkey: hotkeys[0],
  ownerColdkey: hotkeys[0],
  networkRegisteredAt: 7n,
  tempo: 20,
  lastStep: 40n,
  blocksSinceLastStep: 3n,
  maxUids: 256,
  maxValidators: 64,
  immunityPeriod: 5000,
  activityCutoff: 277n,
  minAllowedWeights: 1,
  weightsVersion: 0n,
  weightsRateLimit: 100n,
  commitRevealWeightsEnabled: false,
  servingRateLimit: 50n,
  registrationAllowed: true,
  burn: 1_000_000_000n,
  taoIn: 1n,
  alphaIn: 2n,
  alphaOut: 3n,
  pendingAlphaEmission: 4n,
  hotkeys,
  coldkeys: hotkeys,
  axons: [noAxon, axonAt('1.2.3.4', 8091)],
  validatorPermit: [true, false],
  active: [true, true],
  emission: [5n, 6n],
  lastUpdate: [8n, 9n],
  blockAtRegistration: [8n, 8n],
  alphaStake: [10n, 11n],
  taoStake: [0n, 0n],
  totalStake: [2n ** 63n, 11n],
  consensus: [0, 65_535],
  incentives: [0, 65_535],
  dividends: [65_535, 0],
  ...changes,
})

const decode = (
  metagraph: ChainValue,
  validatorTrust: ChainValue = [65_535, 0],
  certificates?: ReadonlyMap<Ss58Address, NeuronCertificate>,
) =>
  decodeSnapshot({
    certificates,
    metagraph,
    validatorTrust,
    netuid: netUid(2),
    genesisHash: '0'.repeat(64),
    block: 43,
    blockHash: `0x${'1'.repeat(64)}`,
    syncedAtMs: 5,
    scheme: 'sr25519',
  })

describe('decodeSnapshot', () => {
  it('reads names of compact bytes as UTF-8, and amounts beyond 2^53 exactly', () => {
    const snapshot = decode(answer())
    expect(snapshot.subnet).toMatchObject({ name: 'ünïcode', symbol: 'β', tempo: 20, weightsRateLimit: 100, burn: 1_000_000_000n })
    expect(snapshot.neuron(0)).toMatchObject({ stake: 2n ** 63n, validatorTrust: 65_535, dividendsRatio: 1, actsAsValidator: false })
    expect(snapshot.neuron(1)).toMatchObject({ uid: 1, emission: 6n, incentiveRatio: 1, axon: { host: '1.2.3.4', port: 8091 } })
    expect('axon' in snapshot.neuron(0)).toBe(false)
  })

  it('takes columns that end early for zeros, and refuses those that are too long', () => {
    expect(decode(answer({ incentives: [], emission: [] }), []).neuron(1)).toMatchObject({ incentive: 0, emission: 0n, validatorTrust: 0 })
    expect(() => decode(answer({ incentives: [1, 2, 3] }))).toThrow(
      expect.objectContaining({ code: 'CHAIN_INCOMPATIBLE', facts: { field: 'incentives' } }),
    )
    expect(() => decode(answer({ coldkeys: [hotkeys[0]] }))).toThrow(expect.objectContaining({ code: 'CHAIN_INCOMPATIBLE' }))
  })

  it.each(['hotkeys', 'tempo', 'burn', 'name', 'validatorPermit', 'totalStake'])('refuses an answer without %s', (field) => {
    expect(() => decode(answer({ [field]: undefined }))).toThrow(expect.objectContaining({ code: 'CHAIN_INCOMPATIBLE', facts: { field } }))
  })

  it('refuses the answer for a mechanism, whose netuid is mechid * 4096 + netuid', () => {
    expect(() => decode(answer({ netuid: 4098 }))).toThrow(
      expect.objectContaining({ code: 'CHAIN_INCOMPATIBLE', facts: { asked: 2, got: 4098 } }),
    )
  })

  it('has the certificates of registered neurons, byte for byte', () => {
    const certificate = { algorithm: 0x54, publicKey: new Uint8Array(64).fill(7) }
    const certificates = new Map(
      [hotkeys[1], '5DAAnrj7VHTznn2AWBemMuyBwZWs6FNFjdyVXUeYum3PTXFy'].map((key) => [key as Ss58Address, certificate]),
    )
    const { neurons } = decode(answer(), [], certificates)
    expect(neurons.map((neuron) => neuron.certificate)).toEqual([undefined, certificate])
    expect('certificate' in (neurons[0] ?? {})).toBe(false)
    expect(() => Object.assign(neurons[1]?.certificate ?? {}, { algorithm: 1 })).toThrow(TypeError)
  })

  it.each([{}, { ip: 1, ipType: 4, port: 1 }, { ip: 1n, ipType: 'four', port: 1 }])('refuses an axon of another shape: %o', (axon) => {
    expect(() => decode(answer({ axons: [noAxon, axon] }))).toThrow(expect.objectContaining({ code: 'CHAIN_INCOMPATIBLE' }))
  })

  it('tells a subnet that does not exist', () => {
    expect(() => decode(undefined)).toThrow(expect.objectContaining({ code: 'METAGRAPH_NOT_FOUND' }))
  })

  it('takes whatever a miner published, and shows only what is an address', () => {
    const anyAxon = fc.record({
      ip: fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }),
      ipType: fc.integer({ min: 0, max: 255 }),
      port: fc.integer({ min: 0, max: 65_535 }),
    })
    fc.assert(
      fc.property(anyAxon, (axon) => {
        const shown = decode(answer({ axons: [noAxon, { ...noAxon, ...axon }] })).neuron(1).axon
        if (shown) expect({ ...encodeIp(shown.host), port: shown.port }).toEqual(axon)
        else
          expect(axon.port === 0 || axon.ip === 0n || ![4, 6].includes(axon.ipType) || (axon.ipType === 4 && axon.ip >= 2n ** 32n)).toBe(
            true,
          )
      }),
    )
  })
})
