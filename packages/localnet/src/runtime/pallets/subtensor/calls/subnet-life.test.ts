import { beforeEach, describe, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../../test/runtime/subnet-chain.js'

const error = (name: string): string => `subtensorModule.${name}`
const bytes = (length: number): string => `0x${'61'.repeat(length)}`
const utf8 = (text: string): string => `0x${Buffer.from(text).toString('hex')}`

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create('//M')
})

describe('serve_prometheus', () => {
  const serve = (uri: string, { ip = 0x01020304n, port = 7070, type = 4 } = {}): string =>
    subnet.call(uri, 'servePrometheus', netuid, 1, ip, port, type)

  it('keeps the endpoint, once in a while, without a fee', () => {
    expect(serve('//M')).toBe('ok')
    const served = { block: subnet.chain.number, version: 1, ip: 0x01020304, port: 7070, ipType: 4 }
    expect(subnet.query('prometheus', netuid, subnet.account('//M'))).toEqual(served)
    expect(subnet.event('PrometheusServed')).toEqual([netuid, expect.any(String)])
    expect(serve('//M')).toBe('Custom(12)')
  })

  it.each([
    ['another kind of address', '//M', { type: 5 }, 255],
    ['no address', '//M', { ip: 0n }, 11],
    ['the broadcast address', '//M', { ip: 0xffff_ffffn }, 11],
    ['a hotkey that is not registered', '//Nobody', {}, 10],
    ['port 0', '//M', { port: 0 }, 13],
  ] as const)('refuses %s in the pool', (_, uri, change, code) => {
    expect(serve(uri, change)).toBe(`Custom(${code})`)
  })
})

describe('identities', () => {
  const identity = { name: 'n', url: 'u', github: 'g', image: 'i', discord: 'd', description: 'e', additional: 'a' }
  const set = (uri: string, change: Partial<typeof identity> = {}): string =>
    subnet.call(uri, 'setIdentity', ...Object.values({ ...identity, ...change }))

  it('a coldkey with a registered hotkey says who it is', () => {
    expect(set('//Dave')).toBe(error('HotKeyNotRegisteredInNetwork'))
    expect(set('//Bob')).toBe('ok')
    expect(subnet.query('identitiesV2', subnet.account('//Bob'))).toMatchObject({ name: utf8('n'), githubRepo: utf8('g') })
    expect(set('//Bob', { name: bytes(257) })).toBe(error('InvalidIdentity'))
    expect(set('//Bob', { github: bytes(257) })).toBe(error('InvalidIdentity'))
    expect(set('//Bob', { image: bytes(1025) })).toBe(error('InvalidIdentity'))
    expect(set('//Bob', { name: bytes(256), image: bytes(1024), description: bytes(1024), additional: bytes(1024) })).toBe('ok')
  })

  it('an owner says what the subnet is', () => {
    const describeAs = (uri: string, name: string): string =>
      subnet.call(uri, 'setSubnetIdentity', netuid, name, 'repo', 'contact', 'url', 'discord', 'text', 'logo', 'more')
    expect(describeAs('//Alice', 'mine')).toBe(error('NotSubnetOwner'))
    expect(describeAs('//Bob', bytes(257))).toBe(error('InvalidIdentity'))
    expect(describeAs('//Bob', 'mine')).toBe('ok')
    expect(subnet.query('subnetIdentitiesV3', netuid)).toMatchObject({ subnetName: utf8('mine'), additional: utf8('more') })
  })

  it('a symbol is one that the chain knows and nobody has', () => {
    const choose = (uri: string, symbol: string): string => subnet.call(uri, 'updateSymbol', netuid, utf8(symbol))
    expect(choose('//Alice', 'γ')).toBe('{"badOrigin":null}')
    expect(choose('//Bob', 'X')).toBe(error('SymbolDoesNotExist'))
    // Root's own.
    expect(choose('//Bob', 'Τ')).toBe(error('SymbolDoesNotExist'))
    expect(choose('//Bob', 'β')).toBe(error('SymbolAlreadyInUse'))
    expect(choose('//Bob', 'ⴰ')).toBe('ok')
    expect(subnet.query('tokenSymbol', netuid)).toBe(utf8('ⴰ'))
  })

  it('a subnet can be registered with its identity', () => {
    const register = (uri: string, name: string): string =>
      subnet.call(uri, 'registerNetworkWithIdentity', subnet.account('//Owner2'), {
        ...Object.fromEntries(
          ['githubRepo', 'subnetContact', 'subnetUrl', 'discord', 'description', 'logoUrl', 'additional'].map((part) => [part, 'x']),
        ),
        subnetName: name,
      })
    // This one gets past the pool.
    expect(register('//Alice', 'mine')).toBe(error('NetworkTxRateLimitExceeded'))
    subnet.set('sudoSetNetworkRateLimit', 0)
    expect(register('//Alice', bytes(257))).toBe(error('InvalidIdentity'))
    expect(subnet.query('networksAdded', 3)).toBe(false)
    expect(register('//Alice', 'mine')).toBe('ok')
    expect(subnet.query('subnetIdentitiesV3', 3)).toMatchObject({ subnetName: utf8('mine') })
  })
})

describe('tempo', () => {
  it('set_tempo begins a new one, by the owner, once in 360 blocks', () => {
    const set = (uri: string, tempo: number): string => subnet.call(uri, 'setTempo', netuid, tempo)
    expect(set('//Alice', 400)).toBe('{"badOrigin":null}')
    expect(set('//Bob', 359)).toBe(error('TempoOutOfBounds'))
    expect(set('//Bob', 50_401)).toBe(error('TempoOutOfBounds'))
    expect(set('//Bob', 400)).toBe('ok')
    expect(subnet.query('tempo', netuid)).toBe(400)
    expect(subnet.query('lastEpochBlock', netuid)).toBe(subnet.chain.number)
    expect(set('//Bob', 500)).toBe(error('TxRateLimitExceeded'))
    subnet.set('sudoSetTempo', netuid, 5)
    expect(set('//Bob', 500)).toBe(error('AdminActionProhibitedDuringWeightsWindow'))
  })

  it('set_activity_cutoff_factor is limited for the owner, not for root', () => {
    const set = (uri: string, factor: number): string => subnet.call(uri, 'setActivityCutoffFactor', netuid, factor)
    expect(set('//Alice', 2000)).toBe('{"badOrigin":null}')
    expect(set('//Bob', 999)).toBe(error('ActivityCutoffFactorMilliOutOfBounds'))
    expect(set('//Bob', 50_001)).toBe(error('ActivityCutoffFactorMilliOutOfBounds'))
    expect(set('//Bob', 2000)).toBe('ok')
    expect(subnet.query('activityCutoffFactorMilli', netuid)).toBe(2000)
    expect(set('//Bob', 3000)).toBe(error('TxRateLimitExceeded'))
    expect(subnet.root('subtensorModule', 'setActivityCutoffFactor', netuid, 3000)).toBe('ok')
    subnet.set('sudoSetTempo', netuid, 5)
    expect(set('//Bob', 2000)).toBe(error('AdminActionProhibitedDuringWeightsWindow'))
    expect(subnet.root('subtensorModule', 'setActivityCutoffFactor', netuid, 2000)).toBe('ok')
  })

  it('trigger_epoch runs one after the freeze window', () => {
    const trigger = (uri: string): string => subnet.call(uri, 'triggerEpoch', netuid)
    expect(trigger('//Alice')).toBe('{"badOrigin":null}')
    expect(trigger('//Bob')).toBe(error('DynamicTempoBlockedByCommitReveal'))
    subnet.set('sudoSetCommitRevealWeightsEnabled', netuid, false)
    expect(trigger('//Bob')).toBe('ok')
    const fires = subnet.chain.number + 10
    expect(subnet.query('pendingEpochAt', netuid)).toBe(fires)
    expect(trigger('//Bob')).toBe(error('EpochTriggerAlreadyPending'))
    expect(subnet.root('adminUtils', 'sudoSetImmunityPeriod', netuid, 7)).toBe(error('AdminActionProhibitedDuringWeightsWindow'))
    subnet.epoch()
    expect(subnet.chain.number).toBe(fires)
    expect(subnet.query('pendingEpochAt', netuid)).toBe(0)
    expect(trigger('//Bob')).toBe(error('TxRateLimitExceeded'))
    subnet.set('sudoSetTempo', netuid, 5)
    expect(trigger('//Bob')).toBe(error('AutoEpochAlreadyImminent'))
  })
})

describe('dissolve_network', () => {
  const tao = 1_000_000_000n
  const free = (uri: string): bigint =>
    BigInt((subnet.chain.query('system', 'account', subnet.account(uri)) as { data: { free: number | string } }).data.free)
  const dissolve = (): string => subnet.root('subtensorModule', 'rootDissolveNetwork', netuid)

  it('pays stakers by their part of the alpha, and forgets the subnet', () => {
    subnet.ok('//Bob', 'startCall', netuid)
    subnet.ok('//Bob', 'setSubnetIdentity', netuid, 'n', 'r', 'c', 'u', 'd', 't', 'l', 'm')
    subnet.ok('//Charlie', 'addStake', subnet.account('//M'), netuid, 500n * tao)
    expect(subnet.chain.submit('//M', 'commitments', 'setCommitment', netuid, { fields: [] }).result).toBe('ok')
    const before = free('//Charlie')
    const issued = BigInt(subnet.chain.query('balances', 'totalIssuance') as string)
    expect(dissolve()).toBe('ok')
    // A third of the alpha is Charlie's, and the pool holds 1500 TAO.
    const paid = free('//Charlie') - before
    expect(Number(paid) / 1e9).toBeGreaterThan(370)
    expect(Number(paid) / 1e9).toBeLessThan(500)
    expect(BigInt(subnet.chain.query('balances', 'totalIssuance') as string)).toBeLessThan(issued - 900n * tao)
    expect(subnet.query('networksAdded', netuid)).toBe(false)
    expect(subnet.query('uids', netuid, subnet.account('//M'))).toBeNull()
    expect(subnet.query('isNetworkMember', subnet.account('//M'), netuid)).toBe(false)
    expect(subnet.query('subnetIdentitiesV3', netuid)).toBeNull()
    expect(subnet.query('totalHotkeyAlpha', subnet.account('//M'), netuid)).toBe(0)
    expect(subnet.chain.query('commitments', 'commitmentOf', netuid, subnet.account('//M'))).toBeNull()
    expect(subnet.call('//Bob', 'burnedRegister', netuid, subnet.account('//M2'))).toBe(error('SubnetNotExists'))
    expect(dissolve()).toBe(error('SubnetNotExists'))
    subnet.chain.blocks(3)
  })

  it('is for root alone', () => {
    expect(subnet.call('//Bob', 'dissolveNetwork', subnet.account('//Bob'), netuid)).toBe('{"badOrigin":null}')
    expect(subnet.call('//Bob', 'rootDissolveNetwork', netuid)).toBe('{"badOrigin":null}')
    expect(subnet.root('subtensorModule', 'dissolveNetwork', subnet.account('//Bob'), netuid)).toBe('ok')
    expect(subnet.root('subtensorModule', 'rootDissolveNetwork', 0)).toBe(error('SubnetNotExists'))
  })

  it('happens to the cheapest subnet when a full chain takes another', () => {
    subnet.set('sudoSetNetworkRateLimit', 0)
    subnet.set('sudoSetSubnetLimit', 2)
    expect(subnet.call('//Alice', 'registerNetwork', subnet.account('//Owner2'))).toBe(error('SubnetLimitReached'))
    subnet.set('sudoSetNetworkImmunityPeriod', 0)
    // Subnet 1 was there at the start and is priced like 2; the older one goes.
    expect(subnet.call('//Alice', 'registerNetwork', subnet.account('//Owner2'))).toBe('ok')
    expect(subnet.query('subnetOwner', 1)).toBe(subnet.chain.keyring.encodeAddress(subnet.account('//Alice'), 42))
    expect(subnet.query('subnetworkN', 1)).toBe(1)
    expect(subnet.query('totalNetworks')).toBe(3)
    expect(subnet.query('networksAdded', 2)).toBe(true)
  })
})
