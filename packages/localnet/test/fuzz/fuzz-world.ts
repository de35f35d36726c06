import { blake2b256, type LocalSigner } from '@tensorkit/core/crypto'
import { compact } from 'scale-ts'
import { schedule } from '../../src/runtime/pallets/subtensor/storage/hyperparameters.js'
import { commitHash } from '../../src/runtime/pallets/subtensor/weight-commits.js'
import { toHex } from '../../src/state/hex.js'
import type { FuzzChain } from './fuzz-chain.js'
import type { Target } from './random-call.js'

/** A call that is dispatched as root: what its own origin refuses, sudo may do. */
export const asRoot = (call: Uint8Array): Buffer => Buffer.concat([Buffer.of(12, 0), call])

/** What sudo calls. */
export const rootOnly =
  /^(AdminUtils\.|Balances\.force|Utility\.(dispatch_as|with_weight)|System\.(kill|set)|Commitments\.set_max|Drand\.|SubtensorModule\.(sudo_|swap_coldkey$|root_dissolve|dissolve_network|reset_coldkey|set_pending))/

/** Arguments with which a call succeeds in the world as it is at first, and who signs it. */
export interface Recipe {
  readonly by: LocalSigner
  readonly args: Uint8Array
}

const u8 = (value: number): Buffer => Buffer.of(value)
const u16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer)
const u32 = (value: number): Buffer => Buffer.from(Uint32Array.of(value).buffer)
const u64 = (value: bigint): Buffer => Buffer.from(BigUint64Array.of(value).buffer)
const bytes = (value: Uint8Array): Buffer => Buffer.concat([compact.enc(value.length), value])
const list = (...items: Uint8Array[]): Buffer => Buffer.concat([compact.enc(items.length), ...items])
const address = (account: Uint8Array): Buffer => Buffer.concat([u8(0), account])
const none = u8(0)
/** Any proxy, without a delay. */
const anyProxy = Buffer.concat([u8(0), u32(0)])
/** One and a half, with 64 bits after the point. */
const oneAndHalf = Buffer.concat([u64(1n << 63n), u64(1n)])
/** An account that nobody has. */
const fresh = Buffer.alloc(32, 0x51)

const tao = 1_000_000_000n
const remark = Buffer.from([0, 0, 4, 7])
const hash = Buffer.from(blake2b256(remark))

/** Makes the world that every few sequences begin with. @returns What calls that chance rarely gets right can be tried with. */
export function populate(chain: FuzzChain, targets: readonly Target[]): ReadonlyMap<string, Recipe> {
  const byName = new Map(targets.map((target) => [target.name, target]))
  const run = (signer: LocalSigner, name: string, ...args: Uint8Array[]): void => {
    const { pallet, call } = byName.get(name) as Target
    const encoded = Buffer.concat([Buffer.of(pallet.index, call.index), ...args])
    const [tried] = chain.block([() => chain.sign(signer, rootOnly.test(name) ? asRoot(encoded) : encoded)])
    if (tried?.block !== 'ok') throw new Error(`${name}: ${tried?.pool}, ${tried?.block}`)
  }
  const [sudo, second, , leaving] = chain.coldkeys as [LocalSigner, LocalSigner, LocalSigner, LocalSigner]
  const hotkeySigner = (index: number): LocalSigner => chain.hotkeys[index] as LocalSigner
  const hotkey = (index: number): Uint8Array => hotkeySigner(index).publicKey
  subnets()
  const weights = committedWeights()
  return new Map([...weights, ...stakes(), ...keys(), ...accounts(), ...hyperparameters()])

  /** Two subnets with neurons and stake, and one that has not begun. */
  function subnets(): void {
    run(sudo, 'AdminUtils.sudo_set_network_rate_limit', u64(0n))
    run(sudo, 'AdminUtils.sudo_set_admin_freeze_window', u16(0))
    run(sudo, 'AdminUtils.sudo_set_tx_rate_limit', u64(0n))
    run(sudo, 'AdminUtils.sudo_set_owner_hparam_rate_limit', u16(0))
    run(sudo, 'SubtensorModule.register_network', hotkey(0))
    run(second, 'SubtensorModule.register_network', hotkey(1))
    for (const [netuid, owner] of [
      [2, sudo],
      [3, second],
    ] as const) {
      run(owner, 'SubtensorModule.start_call', u16(netuid))
      run(sudo, 'AdminUtils.sudo_set_weights_set_rate_limit', u16(netuid), u64(0n))
      run(sudo, 'AdminUtils.sudo_set_max_registrations_per_block', u16(netuid), u16(10))
      run(sudo, 'AdminUtils.sudo_set_target_registrations_per_interval', u16(netuid), u16(100))
      if (netuid === 2) run(sudo, 'AdminUtils.sudo_set_commit_reveal_weights_enabled', u16(netuid), u8(0))
      for (let index = 2; index < 6; index++) run(index < 4 ? sudo : second, 'SubtensorModule.burned_register', u16(netuid), hotkey(index))
      for (const index of [2, 3]) run(sudo, 'SubtensorModule.add_stake', hotkey(index), u16(netuid), u64(50n * tao))
      // Long enough that what is committed in one world can be revealed in it.
      run(sudo, 'AdminUtils.sudo_set_tempo', u16(netuid), u16(netuid === 2 ? 10 : 30))
    }
    run(sudo, 'SubtensorModule.register_network', hotkey(6))
    run(sudo, 'SubtensorModule.root_register', hotkey(2))
  }

  /** Commits that wait for their reveals, which begin with the epoch that comes last. */
  function committedWeights(): [string, Recipe][] {
    const own = (index: number) => ({ uids: [index - 1], values: [1], salt: [7], hotkey: hotkeySigner(index) })
    for (const index of [2, 3, 4]) {
      const { hotkey: signer, ...weights } = own(index)
      const key = commitHash({ ...weights, hotkey: toHex(signer.publicKey), index: 3, versionKey: 0n })
      run(signer, 'SubtensorModule.commit_weights', u16(3), Buffer.from(key.slice(2), 'hex'))
    }
    const epoch = schedule.SubnetEpochIndex.get(chain.storage, 3)
    while (schedule.SubnetEpochIndex.get(chain.storage, 3) === epoch) chain.block()
    const uid = (index: number): Buffer => list(u16(index - 1))
    const [one, seven] = [list(u16(1)), list(u16(7))]
    return [
      ['SubtensorModule.reveal_weights', { by: hotkeySigner(2), args: Buffer.concat([u16(3), uid(2), one, seven, u64(0n)]) }],
      [
        'SubtensorModule.reveal_mechanism_weights',
        { by: hotkeySigner(3), args: Buffer.concat([u16(3), u8(0), uid(3), one, seven, u64(0n)]) },
      ],
      [
        'SubtensorModule.batch_reveal_weights',
        { by: hotkeySigner(4), args: Buffer.concat([u16(3), list(uid(4)), list(one), list(seven), list(u64(0n))]) },
      ],
      ['SubtensorModule.set_weights', { by: hotkeySigner(2), args: Buffer.concat([u16(2), uid(2), one, u64(0n)]) }],
      ['SubtensorModule.set_mechanism_weights', { by: hotkeySigner(3), args: Buffer.concat([u16(2), u8(0), uid(3), one, u64(0n)]) }],
      ['SubtensorModule.commit_mechanism_weights', { by: hotkeySigner(3), args: Buffer.concat([u16(3), u8(0), hash]) }],
      ['SubtensorModule.commit_weights', { by: hotkeySigner(3), args: Buffer.concat([u16(3), hash]) }],
      [
        'SubtensorModule.commit_timelocked_weights',
        { by: hotkeySigner(3), args: Buffer.concat([u16(3), bytes(hash), u64(1000n), u16(4)]) },
      ],
      [
        'SubtensorModule.commit_crv3_mechanism_weights',
        { by: hotkeySigner(3), args: Buffer.concat([u16(3), u8(0), bytes(hash), u64(1000n)]) },
      ],
      [
        'SubtensorModule.commit_timelocked_mechanism_weights',
        { by: hotkeySigner(2), args: Buffer.concat([u16(3), u8(0), bytes(hash), u64(1000n), u16(4)]) },
      ],
    ]
  }

  function stakes(): [string, Recipe][] {
    const by = sudo
    const move = [hotkey(2), u16(2), u16(3), u64(tao)]
    run(sudo, 'AdminUtils.sudo_set_tx_delegate_take_rate_limit', u64(0n))
    run(sudo, 'SubtensorModule.decrease_take', hotkey(2), u16(100))
    return [
      ['SubtensorModule.remove_stake_limit', { by, args: Buffer.concat([hotkey(2), u16(2), u64(tao), u64(0n), u8(1)]) }],
      ['SubtensorModule.add_stake_limit', { by, args: Buffer.concat([hotkey(2), u16(2), u64(tao), u64(1000n * tao), u8(1)]) }],
      ['SubtensorModule.move_stake', { by, args: Buffer.concat([hotkey(2), hotkey(3), u16(2), u16(3), u64(tao)]) }],
      ['SubtensorModule.transfer_stake', { by, args: Buffer.concat([second.publicKey, ...move]) }],
      ['SubtensorModule.increase_take', { by, args: Buffer.concat([hotkey(2), u16(5000)]) }],
      ['SubtensorModule.register_limit', { by, args: Buffer.concat([u16(2), hotkey(7), u64(1000n * tao)]) }],
      ['SubtensorModule.set_tempo', { by, args: Buffer.concat([u16(2), u16(400)]) }],
      ['SubtensorModule.set_activity_cutoff_factor', { by, args: Buffer.concat([u16(2), u32(2000)]) }],
      ['SubtensorModule.swap_stake', { by, args: Buffer.concat(move) }],
      ['SubtensorModule.swap_stake_limit', { by, args: Buffer.concat([...move, u64(0n), u8(1)]) }],
      ['SubtensorModule.set_auto_parent_delegation_enabled', { by, args: Buffer.concat([hotkey(2), u8(0)]) }],
      ['SubtensorModule.start_call', { by, args: u16(4) }],
      ['SubtensorModule.update_symbol', { by, args: Buffer.concat([u16(2), bytes(Buffer.from('ⴰ'))]) }],
    ]
  }

  /** One coldkey has announced that it leaves; it does nothing else. */
  function keys(): [string, Recipe][] {
    run(sudo, 'AdminUtils.sudo_set_coldkey_swap_announcement_delay', u32(0))
    run(sudo, 'AdminUtils.sudo_set_coldkey_swap_reannouncement_delay', u32(0))
    run(leaving, 'SubtensorModule.announce_coldkey_swap', blake2b256(fresh))
    return [
      ['SubtensorModule.swap_coldkey_announced', { by: leaving, args: fresh }],
      ['SubtensorModule.clear_coldkey_swap_announcement', { by: leaving, args: Buffer.alloc(0) }],
      ['SubtensorModule.swap_coldkey', { by: sudo, args: Buffer.concat([leaving.publicKey, fresh, u64(0n)]) }],
      ['SubtensorModule.swap_hotkey', { by: sudo, args: Buffer.concat([hotkey(3), fresh, none]) }],
      ['SubtensorModule.swap_hotkey_v2', { by: sudo, args: Buffer.concat([hotkey(3), fresh, none, u8(1)]) }],
    ]
  }

  /** Proxies, an announcement and a multisig that waits. */
  function accounts(): [string, Recipe][] {
    run(sudo, 'Proxy.add_proxy', address(second.publicKey), anyProxy)
    run(second, 'Proxy.add_proxy', address(sudo.publicKey), anyProxy)
    run(second, 'Proxy.announce', address(sudo.publicKey), hash)
    const shared = [u16(2), list(second.publicKey)]
    const noWeight = Buffer.from([0, 0])
    run(sudo, 'Multisig.approve_as_multi', ...shared, none, hash, noWeight)
    // The first extrinsic of a block sets its time.
    const timepoint = [u32(chain.number), u32(1)]
    return [
      ['Multisig.cancel_as_multi', { by: sudo, args: Buffer.concat([...shared, ...timepoint, hash]) }],
      ['Multisig.as_multi_threshold_1', { by: sudo, args: Buffer.concat([list(second.publicKey), remark]) }],
      [
        'Multisig.as_multi',
        { by: second, args: Buffer.concat([u16(2), list(sudo.publicKey), u8(1), ...timepoint, remark, compact.enc(10n ** 12n), u8(0)]) },
      ],
      ['Multisig.approve_as_multi', { by: second, args: Buffer.concat([u16(2), list(sudo.publicKey), none, fresh, noWeight]) }],
      ['Proxy.proxy', { by: second, args: Buffer.concat([address(sudo.publicKey), none, remark]) }],
      ['Multisig.poke_deposit', { by: sudo, args: Buffer.concat([...shared, hash]) }],
      ['Proxy.proxy_announced', { by: second, args: Buffer.concat([address(second.publicKey), address(sudo.publicKey), none, remark]) }],
      ['Proxy.set_real_pays_fee', { by: sudo, args: Buffer.concat([address(second.publicKey), u8(1)]) }],
      ['Proxy.remove_proxy', { by: sudo, args: Buffer.concat([address(second.publicKey), anyProxy]) }],
      ['Proxy.remove_announcement', { by: second, args: Buffer.concat([address(sudo.publicKey), hash]) }],
      ['Proxy.reject_announcement', { by: sudo, args: Buffer.concat([address(second.publicKey), hash]) }],
      // A hash of a key, a secret of no bytes, a nonce.
      ['MevShield.submit_encrypted', { by: second, args: bytes(Buffer.alloc(16 + 2 + 24)) }],
    ]
  }

  function hyperparameters(): [string, Recipe][] {
    run(sudo, 'AdminUtils.sudo_set_liquid_alpha_enabled', u16(2), u8(1))
    return [
      ['AdminUtils.sudo_set_alpha_values', { by: sudo, args: Buffer.concat([u16(2), u16(2000), u16(3000)]) }],
      ['AdminUtils.sudo_trim_to_max_allowed_uids', { by: sudo, args: Buffer.concat([u16(2), u16(100)]) }],
      ['AdminUtils.sudo_set_burn_half_life', { by: sudo, args: Buffer.concat([u16(2), u16(100)]) }],
      ['AdminUtils.sudo_set_mechanism_count', { by: sudo, args: Buffer.concat([u16(2), u8(1)]) }],
      ['AdminUtils.sudo_set_max_allowed_uids', { by: sudo, args: Buffer.concat([u16(2), u16(100)]) }],
      ['AdminUtils.sudo_set_burn_increase_mult', { by: sudo, args: Buffer.concat([u16(2), oneAndHalf]) }],
      ['AdminUtils.sudo_set_tao_flow_normalization_exponent', { by: sudo, args: oneAndHalf }],
    ]
  }
}
