import { beforeEach, describe, expect, it } from 'vitest'
import { netuid, SubnetChain } from '../../../../test/runtime/subnet-chain.js'

let subnet: SubnetChain
beforeEach(async () => {
  subnet = await SubnetChain.create('//M')
})

const commit = (uri: string, ...fields: unknown[]): string =>
  subnet.chain.submit(uri, 'commitments', 'setCommitment', netuid, { fields }).result
const query = (item: string, uri = '//M'): unknown => subnet.chain.query('commitments', item, netuid, subnet.account(uri))
const raw = (text: string) => ({ [`Raw${text.length}`]: `0x${Buffer.from(text).toString('hex')}` })
const big = (bytes: number) => ({ BigRaw: `0x${'61'.repeat(bytes)}` })

describe('set_commitment', () => {
  it('publishes what replaces what was there, from an account without funds', () => {
    expect(commit('//M', raw('hello'))).toBe('ok')
    const first = subnet.chain.number
    expect(query('commitmentOf')).toEqual({ deposit: 0, block: first, info: { fields: [{ raw5: '0x68656c6c6f' }] } })
    expect(query('usedSpaceOf')).toEqual({ lastEpoch: 0, usedSpace: 100 })
    expect(subnet.chain.events().map(({ name }) => name)).toContain('commitments.Commitment')
    const hashes = { BlakeTwo256: `0x${'11'.repeat(32)}` }
    expect(commit('//M', 'None', hashes, big(200))).toBe('ok')
    expect(query('lastCommitment')).toBe(first + 1)
    expect(query('usedSpaceOf')).toEqual({ lastEpoch: 0, usedSpace: 332 })
    expect(query('commitmentOf')).toMatchObject({
      block: first + 1,
      info: { fields: [{ none: null }, { blakeTwo256: hashes.BlakeTwo256 }, {}] },
    })
  })

  it('is for neurons of the subnet alone', () => {
    expect(commit('//Nobody', raw('x'))).toBe('commitments.AccountNotAllowedCommit')
  })

  it('is limited by bytes in an epoch, which root sets', () => {
    expect(subnet.root('adminUtils', 'sudoSetTempo', netuid, 20)).toBe('ok')
    for (let sent = 0; sent < 2; sent++) expect(commit('//M', big(512), big(512), big(512))).toBe('ok')
    expect(commit('//M', raw('x'))).toBe('commitments.SpaceLimitExceeded')
    expect(subnet.root('commitments', 'setMaxSpace', 3172)).toBe('ok')
    expect(commit('//M', raw('x'))).toBe('ok')
    expect(commit('//M', raw('x'))).toBe('commitments.SpaceLimitExceeded')
    subnet.epoch()
    expect(commit('//M', raw('x'))).toBe('ok')
    expect(query('usedSpaceOf')).toEqual({ lastEpoch: subnet.query('subnetEpochIndex', netuid), usedSpace: 100 })
    expect(subnet.chain.submit('//M', 'commitments', 'setMaxSpace', 1).result).toBe('Invalid.Payment')
    expect(subnet.chain.submit('//Bob', 'commitments', 'setMaxSpace', 1).result).toBe('{"badOrigin":null}')
  })

  it('keeps sealed fields, and an index of who has some', () => {
    const index = (): unknown[] => subnet.chain.query('commitments', 'timelockedIndex') as unknown[]
    const sealed = { TimelockEncrypted: { encrypted: '0x0102', revealRound: 77 } }
    expect(commit('//Owner', sealed)).toBe('ok')
    expect(commit('//M', raw('open'), sealed)).toBe('ok')
    expect(subnet.chain.events().find(({ name }) => name === 'commitments.TimelockCommitment')?.data).toEqual([
      netuid,
      expect.any(String),
      77,
    ])
    const owners = [subnet.account('//M'), subnet.account('//Owner')]
      .sort()
      .map((account) => [netuid, subnet.chain.keyring.encodeAddress(account, 42)])
    expect(index()).toEqual(owners)
    expect(commit('//M', raw('open'))).toBe('ok')
    expect(commit('//Owner', raw('open'))).toBe('ok')
    expect(index()).toEqual([])
  })

  it('notes when bonds were reset by its flag', () => {
    expect(commit('//M', 'ResetBondsFlag')).toBe('ok')
    expect(query('lastBondsReset')).toBe(subnet.chain.number)
  })
})
