import { beforeAll, describe, expect, it } from 'vitest'
import { adminCall, adminRights } from '../../test/refusals/admin-rights.js'
import { allRefusals } from '../../test/refusals/all-refusals.js'
import { namedErrors } from '../../test/refusals/named-errors.js'
import { neverByPool, neverRaised } from '../../test/refusals/never-raised.js'
import { asRoot, camel, expected, provoke, refusalWorld } from '../../test/refusals/refusal.js'
import type { StakeChain } from '../../test/runtime/stake-chain.js'
import { listCalls } from '../call-list.js'
import { schedule } from './pallets/subtensor/storage/hyperparameters.js'

let at: StakeChain
beforeAll(async () => {
  at = await refusalWorld()
}, 60_000)

describe.each(Object.entries(allRefusals))('%s refuses', (pallet, refusals) => {
  it.each(refusals)('$call for $error, case %#', (refusal) => {
    expect(provoke(at, pallet, refusal)).toEqual(expected(pallet, refusal))
  })
})

const sorted = (names: Iterable<string>): string[] => [...new Set(names)].sort()
const modelled = (pallet: string): string[] =>
  (listCalls().find(({ name }) => name === pallet)?.calls ?? []).filter(({ refused }) => refused === undefined).map(({ name }) => name)

describe('the refusals are whole', () => {
  it('every error that the pallets declare is provoked, or cannot be', () => {
    const provoked = Object.entries(allRefusals).flatMap(([pallet, refusals]) =>
      refusals.map(({ error }) => (error.includes('.') ? error : `${pallet}.${error}`)),
    )
    const errors = at.chain.decorated.errors
    const declared = Object.keys(allRefusals).flatMap((pallet) => Object.keys(errors[pallet] ?? {}).map((name) => `${pallet}.${name}`))
    expect(declared.length).toBeGreaterThan(100)
    const reached = new Set(provoked)
    expect(sorted(declared.filter((name) => !reached.has(name)))).toEqual(sorted(Object.keys(neverRaised)))
  })

  it.each(Object.entries(namedErrors))('%s: every error that it is known for', (call, names) => {
    const own = Object.values(allRefusals)
      .flat()
      .filter((refusal) => refusal.call === call)
      .map(({ error }) => error)
    expect(own).toEqual(expect.arrayContaining(names.split(' ')))
  })

  it('every modelled call of SubtensorModule is there, but those that nothing stops', () => {
    const refusing = (allRefusals.subtensorModule ?? []).map(({ call }) => call)
    expect(sorted([...refusing, 'set_reject_locked_alpha'])).toEqual(sorted(modelled('SubtensorModule')))
  })

  it('every code of the pool is given, or cannot be', () => {
    const shielded = provoke(at, 'mevShield', { call: 'submit_encrypted', error: '', by: '//Bob', args: ['0x00'] })
    expect(shielded).toEqual({ alone: 'Custom(23)' })
    const given = Object.values(allRefusals).flatMap((refusals) => refusals.flatMap(({ pool }) => (pool === undefined ? [] : [pool])))
    const all = [...Array.from({ length: 28 }, (_, code) => code), 255]
    expect([...new Set([...given, 23, ...Object.keys(neverByPool).map(Number)])].sort((a, b) => a - b)).toEqual(all)
    expect(given.filter((code) => code in neverByPool)).toEqual([])
  })
})

describe('the rights of AdminUtils', () => {
  const calls = (right: keyof typeof adminRights): string[] => adminRights[right].split(' ').map(adminCall)
  /** A call on subnet 2 whose other arguments are nothing. */
  const blank = (name: string): Uint8Array => {
    const method = camel(name)
    const { args } = at.chain.decorated.tx.adminUtils?.[method]?.meta ?? { args: [] }
    return at.chain.call('adminUtils', method, ...args.map(({ name: arg }) => (arg.toString() === 'netuid' ? 2 : undefined)))
  }
  /** What calls come to, all in one block. */
  const outcomes = (uri: string, inners: readonly Uint8Array[]): string[] => {
    const nonce = at.chain.nonce(uri)
    return at.chain.block(...inners.map((inner, index) => at.chain.sign(uri, inner, { nonce: nonce + index }))).map(({ result }) => result)
  }
  const every = (count: readonly unknown[], result: string): string[] => count.map(() => result)

  it('are known of every modelled call', () => {
    const known = (Object.keys(adminRights) as (keyof typeof adminRights)[]).flatMap(calls)
    expect(sorted(known)).toEqual(sorted(modelled('AdminUtils')))
  })

  it('who is neither owner nor root may do nothing', () => {
    at.restore()
    const barred = [...calls('root'), ...calls('rootInWindow'), ...calls('ownerInWindow'), ...calls('ownerAtAnyTime')]
    expect(outcomes('//Bob', barred.map(blank))).toEqual(every(barred, '{"badOrigin":null}'))
  })

  it('an owner may not do what is for root', () => {
    at.restore()
    const barred = [...calls('root'), ...calls('rootInWindow')]
    expect(outcomes('//Alice', barred.map(blank))).toEqual(every(barred, '{"badOrigin":null}'))
  })

  it('in the freeze window neither owner nor root may do what waits for it', () => {
    at.restore()
    schedule.AdminFreezeWindow.set(at.chain.storage, 1000)
    const prohibited = 'subtensorModule.AdminActionProhibitedDuringWeightsWindow'
    expect(outcomes('//Alice', calls('ownerInWindow').map(blank))).toEqual(every(calls('ownerInWindow'), prohibited))
    const waiting = [...calls('rootInWindow'), ...calls('ownerInWindow')]
    expect(waiting.map((name) => asRoot(at, blank(name)))).toEqual(every(waiting, prohibited))
  })
})
