import { describe, expect, it } from 'vitest'
import { ss58Address } from '../ss58/ss58.js'
import { type StaticNeuron, staticDirectory } from './static-directory.js'

const genesisHash = 'ab'.repeat(32)
const alice = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'
const bob = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
const of = (neurons: readonly StaticNeuron[], rest = {}) => staticDirectory({ netuid: 1, genesisHash, neurons, ...rest })

describe('staticDirectory', () => {
  it('finds by hotkey, lists by uid, never ages, and refuses by default', () => {
    const directory = of([
      { uid: 7, hotkey: bob, validatorPermit: true, stake: 5n, scheme: 'ed25519', axon: { host: '127.0.0.1', port: 8091 } },
      { uid: 2, hotkey: alice },
    ])
    expect(directory).toMatchObject({ netuid: 1, genesisHash, block: 0, syncedAtMs: Infinity })
    expect(directory.all().map((neuron) => neuron.uid)).toEqual([2, 7])
    expect(directory.get(ss58Address(alice))).toEqual({
      uid: 2,
      hotkey: alice,
      coldkey: alice,
      scheme: 'sr25519',
      validatorPermit: false,
      stake: 0n,
    })
    expect(directory.get(ss58Address(bob))?.axon).toEqual({ host: '127.0.0.1', port: 8091 })
    expect(of([]).get(ss58Address(alice))).toBeUndefined()
    expect(Object.isFrozen(directory.all())).toBe(true)
  })

  it('keeps a copy of a certificate', () => {
    const publicKey = new Uint8Array(64).fill(7)
    const [neuron] = of([{ uid: 0, hotkey: alice, certificate: { algorithm: 0x54, publicKey } }]).all()
    publicKey.fill(8)
    expect(neuron?.certificate).toEqual({ algorithm: 0x54, publicKey: new Uint8Array(64).fill(7) })
    expect('certificate' in (of([{ uid: 0, hotkey: alice }]).all()[0] ?? {})).toBe(false)
  })

  it.each<[string, () => unknown, string]>([
    [
      'a uid twice',
      () =>
        of([
          { uid: 1, hotkey: alice },
          { uid: 1, hotkey: bob },
        ]),
      'CORE_INVALID_ARGUMENT',
    ],
    [
      'a hotkey twice',
      () =>
        of([
          { uid: 1, hotkey: alice },
          { uid: 2, hotkey: alice },
        ]),
      'CORE_INVALID_ARGUMENT',
    ],
    ['a bad address', () => of([{ uid: 1, hotkey: `${alice.slice(0, -1)}Z` }]), 'CORE_ADDRESS_INVALID'],
    ['a bad uid', () => of([{ uid: 65536, hotkey: alice }]), 'CORE_INVALID_ARGUMENT'],
    ['a bad netuid', () => of([], { netuid: -1 }), 'CORE_INVALID_ARGUMENT'],
    ['a bad block', () => of([], { block: -1 }), 'CORE_INVALID_ARGUMENT'],
    ['a genesis hash with 0x', () => of([], { genesisHash: `0x${'ab'.repeat(31)}` }), 'CORE_INVALID_ARGUMENT'],
    ['a stake as number', () => of([{ uid: 1, hotkey: alice, stake: 5 as never }]), 'CORE_INVALID_ARGUMENT'],
    ['a permit as text', () => of([{ uid: 1, hotkey: alice, validatorPermit: 'no' as never }]), 'CORE_INVALID_ARGUMENT'],
    ['another scheme', () => of([{ uid: 1, hotkey: alice, scheme: 'ecdsa' as never }]), 'CORE_INVALID_ARGUMENT'],
    [
      'an algorithm of two bytes',
      () => of([{ uid: 1, hotkey: alice, certificate: { algorithm: 256, publicKey: new Uint8Array(1) } }]),
      'CORE_INVALID_ARGUMENT',
    ],
    [
      'a key of 65 bytes',
      () => of([{ uid: 1, hotkey: alice, certificate: { algorithm: 1, publicKey: new Uint8Array(65) } }]),
      'CORE_INVALID_ARGUMENT',
    ],
    ['the port 0', () => of([{ uid: 1, hotkey: alice, axon: { host: '::1', port: 0 } }]), 'CORE_INVALID_ARGUMENT'],
  ])('refuses %s', (_, make, code) => {
    expect(make).toThrow(expect.objectContaining({ code }))
  })
})
