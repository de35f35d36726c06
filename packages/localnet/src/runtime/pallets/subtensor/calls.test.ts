import { beforeEach, describe, expect, it } from 'vitest'
import { TestChain } from '../../../../test/runtime/test-chain.js'

const tao = 1_000_000_000n
const netuid = 2
const big = (value: unknown): bigint => BigInt(value as string | number)

/** A subnet of Alice's, not yet started. */
async function withSubnet(options: Parameters<typeof TestChain.create>[0] = {}): Promise<TestChain> {
  const chain = await TestChain.create(options)
  chain.block()
  expect(chain.submit('//Alice', 'subtensorModule', 'registerNetwork', chain.account('//Owner')).result).toBe('ok')
  return chain
}

let chain: TestChain
beforeEach(async () => {
  chain = await withSubnet()
})

const call = (uri: string, method: string, ...args: unknown[]): string => chain.submit(uri, 'subtensorModule', method, ...args).result
const error = (name: string): string => `subtensorModule.${name}`
const query = (item: string, ...args: unknown[]): unknown => chain.query('subtensorModule', item, ...args)
const sudo = (method: string, ...args: unknown[]): void => {
  const { events } = chain.submit('//Alice', 'sudo', 'sudo', chain.call('adminUtils', method, ...args))
  expect(events.find(({ name }) => name === 'sudo.Sudid')?.data).toEqual([{ ok: null }])
}
const register = (uri: string): string => call('//Bob', 'burnedRegister', netuid, chain.account(uri))

describe('register_network', () => {
  it('locks its cost, which doubles and falls, and makes uid 0 of the hotkey', () => {
    expect(query('subnetLocked', netuid)).toBe(1_000_000_000_000)
    expect(query('uids', netuid, chain.account('//Owner'))).toBe(0)
    expect(query('networkLastLockCost')).toBe(1_000_000_000_000)
    // Price 1, as that of subnet 1.
    expect(query('subnetAlphaIn', netuid)).toBe(1_000_000_000_000)
  })

  it('is refused by the pool within the rate limit', () => {
    expect(call('//Bob', 'registerNetwork', chain.account('//Owner2'))).toBe('Custom(6)')
  })

  it('is refused for the hotkey of another, a full chain, and a coldkey without the lock', () => {
    sudo('sudoSetNetworkRateLimit', 0)
    expect(call('//Bob', 'registerNetwork', chain.account('//Owner'))).toBe(error('NonAssociatedColdKey'))
    sudo('sudoSetNetworkMinLockCost', 3_000n * tao)
    expect(call('//Dave', 'registerNetwork', chain.account('//Owner2'))).toBe(error('CannotAffordLockCost'))
    sudo('sudoSetSubnetLimit', 2)
    expect(call('//Bob', 'registerNetwork', chain.account('//Owner2'))).toBe(error('SubnetLimitReached'))
  })
})

describe('start_call', () => {
  it('is for the owner alone, and once', () => {
    expect(call('//Bob', 'startCall', netuid)).toBe('{"badOrigin":null}')
    expect(call('//Alice', 'startCall', 9)).toBe(error('SubnetNotExists'))
    expect(call('//Alice', 'startCall', netuid)).toBe('ok')
    expect(query('firstEmissionBlockNumber', netuid)).toBe(chain.number + 1)
    expect(call('//Alice', 'startCall', netuid)).toBe(error('FirstEmissionBlockNumberAlreadySet'))
  })
})

describe('burned_register', () => {
  it('is checked in the order of the chain', () => {
    expect(call('//Bob', 'burnedRegister', 0, chain.account('//M'))).toBe(error('RegistrationNotPermittedOnRootSubnet'))
    expect(call('//Bob', 'burnedRegister', 9, chain.account('//M'))).toBe(error('SubnetNotExists'))
    expect(register('//Owner')).toBe(error('HotKeyAlreadyRegisteredInSubNet'))
    sudo('sudoSetNetworkRegistrationAllowed', netuid, false)
    expect(register('//Owner')).toBe(error('SubNetRegistrationDisabled'))
  })

  it('takes the burn, raises it, and lets it fall by half in 360 blocks', () => {
    const burn = big(query('burn', netuid))
    expect(burn).toBe(tao)
    expect(register('//M')).toBe('ok')
    const raised = big(query('burn', netuid))
    expect(Number(raised) / Number(burn)).toBeCloseTo(1.26 * 2 ** (-1 / 360), 6)
    chain.blocks(360)
    expect(Number(big(query('burn', netuid))) / Number(raised)).toBeCloseTo(0.5, 5)
  })

  it('can have a limit', () => {
    expect(call('//Bob', 'registerLimit', netuid, chain.account('//M'), 1)).toBe(error('RegistrationPriceLimitExceeded'))
    expect(call('//Bob', 'registerLimit', netuid, chain.account('//M'), tao)).toBe('ok')
  })

  it('needs funds, and a hotkey that is free or its own', () => {
    expect(chain.submit('//Alice', 'balances', 'transferKeepAlive', chain.account('//Poor'), tao / 10n).result).toBe('ok')
    expect(call('//Poor', 'burnedRegister', netuid, chain.account('//M'))).toBe(error('NotEnoughBalanceToStake'))
    sudo('sudoSetNetworkRateLimit', 0)
    expect(call('//Alice', 'registerNetwork', chain.account('//Other'))).toBe('ok')
    expect(call('//Bob', 'burnedRegister', netuid, chain.account('//Other'))).toBe(error('NonAssociatedColdKey'))
  })

  it('replaces the worst neuron of a full subnet, but never that of the owner', () => {
    sudo('sudoSetImmunityPeriod', netuid, 0)
    // Uids beyond the owner's: as many as must stay free of immunity, and one more.
    for (let uid = 1; uid <= 63; uid++) {
      const hotkey = chain.account(`//M/${uid}`)
      expect(call('//Bob', 'burnedRegister', netuid, hotkey)).toBe('ok')
    }
    sudo('sudoSetMaxAllowedUids', netuid, 64)
    expect(register('//New')).toBe('ok')
    // All earned nothing: the one that registered first goes.
    expect(query('uids', netuid, chain.account('//New'))).toBe(1)
    expect(query('uids', netuid, chain.account('//M/1'))).toBeNull()
    expect(query('uids', netuid, chain.account('//Owner'))).toBe(0)
    expect(query('subnetworkN', netuid)).toBe(64)
    expect(query('blockAtRegistration', netuid, 1)).toBe(chain.number)
  })
})

describe('serve_axon', () => {
  const serve = (uri: string, { ip = 0x01020304n, port = 8091, type = 4 } = {}) =>
    call(uri, 'serveAxon', netuid, 1, ip, port, type, 4, 0, 0)

  beforeEach(() => {
    expect(register('//M')).toBe('ok')
  })

  it('works from a hotkey without funds, and is limited to once in 50 blocks', () => {
    expect(serve('//M')).toBe('ok')
    const served = { block: chain.number, version: 1, ip: 0x01020304, port: 8091, ipType: 4, protocol: 4, placeholder1: 0, placeholder2: 0 }
    expect(query('axons', netuid, chain.account('//M'))).toEqual(served)
    expect(serve('//M')).toBe('Custom(12)')
    chain.blocks(49)
    expect(serve('//M')).toBe('ok')
  })

  it.each([
    ['a hotkey that is not registered', '//Nobody', {}, 'Custom(10)'],
    ['another kind of address', '//M', { type: 5 }, 'Custom(255)'],
    ['the broadcast address', '//M', { ip: 0xffffffffn }, 'Custom(11)'],
    ['port 0', '//M', { port: 0 }, 'Custom(13)'],
  ])('refuses %s in the pool', (_name, uri, endpoint, code) => {
    expect(serve(uri, endpoint)).toBe(code)
  })

  it('takes loopback here, and not under the rules of mainnet', async () => {
    expect(serve('//M', { ip: 0x7f000001n })).toBe('ok')
    chain = await withSubnet({ allowLoopback: false })
    expect(register('//M')).toBe('ok')
    expect(serve('//M', { ip: 0x7f000001n })).toBe('Custom(11)')
    expect(serve('//M', { ip: 1n, type: 6 })).toBe('Custom(11)')
    expect(serve('//M', { ip: 0n })).toBe('ok')
  })
})

describe('serve_axon_tls', () => {
  const hex = (length: number, first: number) =>
    `0x${[first, ...Array<number>(length - 1).fill(7)].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`
  const serve = (uri: string, certificate: string, { ip = 0x01020304n, port = 8091, type = 4 } = {}) =>
    call(uri, 'serveAxonTls', netuid, 1, ip, port, type, 4, 0, 0, certificate)
  const certificateOf = (uri: string) => query('neuronCertificates', netuid, chain.account(uri))

  beforeEach(() => {
    expect(register('//M')).toBe('ok')
  })

  it('is serve_axon with a key: the first byte is its algorithm', () => {
    const { result, events } = chain.submit('//M', 'subtensorModule', 'serveAxonTls', netuid, 1, 1n, 1, 4, 4, 0, 0, hex(65, 0x54))
    expect(result).toBe('ok')
    expect(events.map(({ name }) => name)).toContain('subtensorModule.AxonServed')
    expect(certificateOf('//M')).toEqual({ publicKey: `0x${'07'.repeat(64)}`, algorithm: 0x54 })
    const served = { block: chain.number, version: 1, ip: 1, port: 1, ipType: 4, protocol: 4, placeholder1: 0, placeholder2: 0 }
    expect(query('axons', netuid, chain.account('//M'))).toEqual(served)
  })

  it.each([
    ['one byte, which is an algorithm without a key', hex(1, 1), { publicKey: '0x', algorithm: 1 }],
    ['nothing', '0x', null],
    ['66 bytes', hex(66, 1), null],
  ])('serves with a certificate of %s', (_name, certificate, stored) => {
    expect(serve('//M', certificate)).toBe('ok')
    expect(certificateOf('//M')).toEqual(stored)
    expect(query('axons', netuid, chain.account('//M'))).toMatchObject({ port: 8091 })
  })

  it('shares the limit of serve_axon, which leaves the certificate as it is', () => {
    const again = () => call('//M', 'serveAxon', netuid, 1, 1n, 9, 4, 4, 0, 0)
    expect(serve('//M', hex(33, 2))).toBe('ok')
    expect(serve('//M', hex(33, 3))).toBe('Custom(12)')
    expect(again()).toBe('Custom(12)')
    chain.blocks(50)
    expect(again()).toBe('ok')
    expect(certificateOf('//M')).toEqual({ publicKey: `0x${'07'.repeat(32)}`, algorithm: 2 })
    chain.blocks(50)
    expect(serve('//M', hex(66, 3))).toBe('ok')
    expect(certificateOf('//M')).toMatchObject({ algorithm: 2 })
  })

  it.each([
    ['a hotkey that is not registered', '//Nobody', {}, 'Custom(10)'],
    ['another kind of address', '//M', { type: 5 }, 'Custom(255)'],
    ['the broadcast address', '//M', { ip: 0xffffffffn }, 'Custom(11)'],
    ['port 0', '//M', { port: 0 }, 'Custom(13)'],
  ])('refuses %s in the pool', (_name, uri, endpoint, code) => {
    expect(serve(uri, hex(65, 0x54), endpoint)).toBe(code)
    expect(certificateOf(uri)).toBeNull()
  })

  it('is forgotten when another hotkey gets the uid', () => {
    sudo('sudoSetImmunityPeriod', netuid, 0)
    for (let uid = 2; uid <= 63; uid++) expect(call('//Bob', 'burnedRegister', netuid, chain.account(`//M/${uid}`))).toBe('ok')
    expect(serve('//M', hex(65, 0x54))).toBe('ok')
    sudo('sudoSetMaxAllowedUids', netuid, 64)
    expect(register('//New')).toBe('ok')
    expect(query('uids', netuid, chain.account('//New'))).toBe(1)
    expect(certificateOf('//M')).toBeNull()
  })
})

describe('add_stake', () => {
  const add = (rao: bigint, hotkey = '//Owner', subnet = netuid): string => call('//Bob', 'addStake', chain.account(hotkey), subnet, rao)

  it('is checked in the order of the chain', () => {
    expect(add(tao)).toBe(error('SubtokenDisabled'))
    expect(call('//Alice', 'startCall', netuid)).toBe('ok')
    expect(add(tao, '//Owner', 9)).toBe(error('SubnetNotExists'))
    expect(add(2_000_000n)).toBe(error('AmountTooLow'))
    expect(add(2_001_007n)).toBe('ok')
    expect(add(1_100_000n * tao)).toBe(error('InsufficientLiquidity'))
    expect(call('//Dave', 'addStake', chain.account('//Owner'), netuid, 3_000n * tao)).toBe(error('NotEnoughBalanceToStake'))
    expect(add(tao, '//Nobody')).toBe(error('HotKeyAccountNotExists'))
  })
})

describe('set_weights', () => {
  const set = (uri: string, dests: number[], weights: number[], version = 0): string =>
    call(uri, 'setWeights', netuid, dests, weights, version)

  beforeEach(() => {
    for (const uri of ['//V', '//M']) expect(register(uri)).toBe('ok')
  })

  it('does not go with commit-reveal, which a new subnet has on', () => {
    expect(set('//Owner', [1], [1])).toBe(error('CommitRevealEnabled'))
  })

  it('is checked in the order of the chain', () => {
    sudo('sudoSetCommitRevealWeightsEnabled', netuid, false)
    sudo('sudoSetWeightsSetRateLimit', netuid, 0)
    sudo('sudoSetWeightsVersionKey', netuid, 5)
    expect(call('//Owner', 'setWeights', 0, [1], [1], 5)).toBe(error('CommitRevealEnabled'))
    expect(set('//Owner', [1], [1, 2], 5)).toBe(error('WeightVecNotEqualSize'))
    expect(call('//Nobody', 'setMechanismWeights', netuid, 1, [1], [1], 5)).toBe(error('MechanismDoesNotExist'))
    // The pool asks a mechanism that is not there for its rate limit, and finds that nothing passes.
    expect(call('//Owner', 'setMechanismWeights', netuid, 1, [1], [1], 5)).toBe('Custom(6)')
    expect(set('//Owner', [0, 1, 2, 3], [1, 1, 1, 1], 5)).toBe(error('UidsLengthExceedUidsInSubNet'))
    expect(set('//Nobody', [1], [1], 5)).toBe(error('HotKeyNotRegisteredInSubNet'))
    expect(set('//Owner', [1], [1], 4)).toBe(error('IncorrectWeightVersionKey'))
    expect(set('//V', [2], [1], 5)).toBe(error('NeuronNoValidatorPermit'))
    expect(set('//Owner', [1, 1], [1, 1], 5)).toBe(error('DuplicateUids'))
    expect(set('//Owner', [1, 7], [1, 1], 5)).toBe(error('UidVecContainInvalidOne'))
    sudo('sudoSetMinAllowedWeights', netuid, 3)
    expect(set('//Owner', [1, 2], [1, 1], 5)).toBe(error('WeightVecLengthIsLow'))
    // A neuron may give all weight to itself without a permit.
    expect(set('//V', [1], [1], 5)).toBe('ok')
    expect(set('//Owner', [0, 1, 2], [0, 1, 2], 5)).toBe('ok')
    expect(query('weights', netuid, 0)).toEqual([
      [0, 0],
      [1, 32768],
      [2, 65535],
    ])
  })

  it('needs the stake of the threshold, of all but the owner', () => {
    sudo('sudoSetCommitRevealWeightsEnabled', netuid, false)
    sudo('sudoSetWeightsSetRateLimit', netuid, 0)
    sudo('sudoSetStakeThreshold', 1)
    expect(set('//V', [1], [1])).toBe('Custom(1)')
    expect(set('//Owner', [1], [1])).toBe('ok')
  })

  it('waits for the rate limit', () => {
    sudo('sudoSetCommitRevealWeightsEnabled', netuid, false)
    expect(set('//V', [1], [1])).toBe('Custom(6)')
    chain.blocks(100)
    expect(set('//V', [1], [1])).toBe('ok')
    expect(set('//V', [1], [1])).toBe('Custom(6)')
  })
})
