import { TensorKitError } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { initCrypto } from '@tensorkit/core/crypto'
import { expect, test } from 'vitest'
import { FuzzChain, type Tried } from '../../test/fuzz/fuzz-chain.js'
import { Random } from '../../test/fuzz/random.js'
import { RandomCalls, type Target } from '../../test/fuzz/random-call.js'
import { toHex } from '../state/hex.js'
import { balances } from './pallets/balances/accounts.js'
import { system } from './pallets/system/storage.js'

const sequences = 1000
/** Then the world is as it was at first: coldkeys that were swapped or drained would stop all that comes after. */
const sequencesPerWorld = 5
/** Extrinsics of one sequence, each with a block of its own. */
const length = 5

const chainWide = new Set(
  [system.EventCount, system.ExtrinsicCount, system.AllExtrinsicsLen, system.BlockWeight, system.ExecutionPhase, balances.TotalIssuance]
    .map((item) => item.key())
    .concat('0x26aa394eea5630e07c48ae0c9558cef780d41e5e16056765bc8461851072c9d7'),
)

/** A call that is dispatched as root: what its own origin refuses, sudo may do. */
const asRoot = (call: Uint8Array): Buffer => Buffer.concat([Buffer.of(12, 0), call])

const rootOnly =
  /^(AdminUtils\.|Balances\.force|Utility\.(dispatch_as|with_weight)|System\.(kill|set)|SubtensorModule\.(sudo_|swap_coldkey$|root_dissolve|dissolve_network|reset_coldkey|set_pending))/
/** What hotkeys sign, and not their owners. */
const byHotkey = /^(SubtensorModule\.(set_weights|set_mechanism|serve|commit|reveal|batch_(set|commit|reveal))|Commitments\.set_commitment)/

/** They would end the world of the other calls: sudo's key is gone, or storage is whatever it may be. */
const never = new Set([
  'Timestamp.set',
  'System.kill_prefix',
  'System.kill_storage',
  'System.set_storage',
  'Sudo.remove_key',
  'Sudo.set_key',
])

/** A few subnets with neurons and stake, so that most calls have something to work on. */
function populate(chain: FuzzChain, byName: ReadonlyMap<string, Target>): void {
  const [sudo, second] = chain.coldkeys as [LocalSigner, LocalSigner]
  const run = (signer: LocalSigner, name: string, ...args: Uint8Array[]): void => {
    const { pallet, call } = byName.get(name) as Target
    const encoded = Buffer.concat([Buffer.of(pallet.index, call.index), ...args])
    const [tried] = chain.block([() => chain.sign(signer, rootOnly.test(name) ? asRoot(encoded) : encoded)])
    if (tried?.block !== 'ok') throw new Error(`${name}: ${tried?.pool}, ${tried?.block}`)
  }
  const u16 = (value: number): Buffer => Buffer.from(Uint16Array.of(value).buffer)
  const u64 = (value: bigint): Buffer => Buffer.from(BigUint64Array.of(value).buffer)
  const hotkey = (index: number): Uint8Array => (chain.hotkeys[index] as LocalSigner).publicKey
  run(sudo, 'AdminUtils.sudo_set_network_rate_limit', u64(0n))
  run(sudo, 'AdminUtils.sudo_set_admin_freeze_window', u16(0))
  run(sudo, 'AdminUtils.sudo_set_tx_rate_limit', u64(0n))
  run(sudo, 'AdminUtils.sudo_set_owner_hparam_rate_limit', u16(0))
  run(sudo, 'Proxy.add_proxy', Buffer.concat([Buffer.of(0), second.publicKey]), Buffer.of(0), Buffer.alloc(4))
  run(second, 'Proxy.add_proxy', Buffer.concat([Buffer.of(0), sudo.publicKey]), Buffer.of(0), Buffer.alloc(4))
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
    if (netuid === 2) run(sudo, 'AdminUtils.sudo_set_commit_reveal_weights_enabled', u16(netuid), Buffer.of(0))
    for (let index = 2; index < 6; index++) run(index < 4 ? sudo : second, 'SubtensorModule.burned_register', u16(netuid), hotkey(index))
    for (const index of [2, 3]) run(sudo, 'SubtensorModule.add_stake', hotkey(index), u16(netuid), u64(50_000_000_000n))
    run(sudo, 'AdminUtils.sudo_set_tempo', u16(netuid), u16(10))
  }
  for (let block = 0; block < 12; block++) chain.block()
}

/** What a failed extrinsic may have changed: what the block keeps of every extrinsic, and the account that paid for it. */
function checkFailed(chain: FuzzChain, name: string, { changes, block }: Tried): void {
  const accounts = system.Account.key()
  const others = [...changes.keys()].filter((key) => !chainWide.has(key) && !key.startsWith(accounts))
  expect(others, `${name} failed (${block}) and changed more than the account that paid`).toEqual([])
  const paid = [...changes].filter(([key]) => key.startsWith(accounts))
  expect(paid.length, `${name}: accounts`).toBeLessThanOrEqual(2)
  for (const [key, before] of paid) {
    const decode = system.Account.spec.value.codec.dec
    const [old, now] = [before, chain.storage.get(key)].map((bytes) => bytes && decode(new Uint8Array(bytes)))
    if (!old) continue
    expect(now?.data.reserved, name).toBe(old.data.reserved)
    expect((now?.data.free ?? 0n) <= old.data.free, `${name}: a failed call paid out`).toBe(true)
    expect((now?.nonce ?? 0) - old.nonce, name).toBeLessThanOrEqual(1)
  }
}

test(`${sequences} random sequences over every modelled call: nothing breaks, nothing is half applied`, { timeout: 600_000 }, async () => {
  await initCrypto()
  const seed = 20_260_101
  const random = new Random(seed)
  const tries = new Map<string, { count: number; ok: number }>()
  let invalid = 0
  const world = await FuzzChain.create()
  const targets = world.pallets.flatMap((pallet) =>
    Object.entries(pallet.calls ?? {}).flatMap(([name, call]): Target[] =>
      call.refused === undefined && !never.has(`${pallet.name}.${name}`) ? [{ name: `${pallet.name}.${name}`, pallet, call }] : [],
    ),
  )
  populate(world, new Map(targets.map((target) => [target.name, target])))
  const restore = world.snapshot()
  const keysOf = (signers: readonly LocalSigner[], indexes: readonly number[]): Uint8Array[] =>
    indexes.map((index) => (signers[index] as LocalSigner).publicKey)
  const calls = new RandomCalls(random, {
    // The first ones have subnets, neurons and stake.
    hotkeys: keysOf(world.hotkeys, [2, 2, 2, 2, 3, 3, 0, 4, 5, 6, 7]),
    coldkeys: keysOf(world.coldkeys, [0, 0, 1, 1, 2, 3]),
    netuids: [0, 1, 2, 2, 2, 2, 2, 2, 3, 3, 77],
    targets,
  })
  let turn = 0
  for (let sequence = 0; sequence < sequences; sequence++) {
    if (sequence % sequencesPerWorld === 0) restore()
    const signerOf = ({ coldkeys, hotkeys }: FuzzChain, { name }: Target, root: boolean): LocalSigner => {
      if (root || name.startsWith('Sudo.')) return coldkeys[0] as LocalSigner
      if (byHotkey.test(name)) return hotkeys[random.pick([2, 2, 3, 3, 4, 5, 7])] as LocalSigner
      return random.chance(0.95) ? (coldkeys[random.pick([0, 0, 0, 0, 1, 1, 2])] as LocalSigner) : random.pick(hotkeys)
    }
    const one = (target: Target): Tried | undefined => {
      const encoded = calls.encode(target)
      const root = rootOnly.test(target.name) ? random.chance(0.9) : random.chance(0.02)
      const signer = signerOf(world, target, root)
      const call = root ? asRoot(encoded) : encoded
      const spoil = random.below(40)
      const extrinsic = (): Uint8Array => {
        const nonce = world.nonce(signer)
        const signed = world.sign(signer, call, {
          nonce: spoil === 0 ? nonce + 3 : spoil === 1 ? Math.max(0, nonce - 1) : nonce,
          tip: random.below(3),
        })
        if (spoil === 2) {
          const at = random.below(signed.length)
          signed[at] = (signed[at] ?? 0) ^ (1 << random.below(8))
        }
        return signed
      }
      try {
        return world.block([extrinsic])[0]
      } catch (error) {
        // Parts of a call that are not modelled are refused by name; anything else is a crash.
        if (TensorKitError.isInstance(error) && error.code === 'LOCALNET_NOT_MODELLED') {
          world.block()
          return undefined
        }
        throw new Error(`sequence ${sequence}, seed ${seed}: ${target.name} 0x${toHex(call).slice(2)}`, { cause: error })
      }
    }
    for (let step = 0; step < length; step++) {
      const target = targets[turn++ % targets.length] as Target
      const tried = one(target)
      const entry = tries.get(target.name) ?? { count: 0, ok: 0 }
      tries.set(target.name, entry)
      entry.count += 1
      if (!tried) continue
      if (tried.block === 'ok') entry.ok += 1
      else if (tried.block.startsWith('failed') && !tried.block.startsWith('failed by sudo')) checkFailed(world, target.name, tried)
      else if (tried.block.startsWith('invalid')) {
        invalid += 1
        expect([...tried.changes.keys()], `${target.name} was invalid and changed something`).toEqual([])
        expect(tried.pool === 'ok' ? tried.block : 'invalid', target.name).toMatch(/^invalid( Future| ExhaustsResources)?$/)
      }
    }
    if (sequence % sequencesPerWorld === sequencesPerWorld - 1) {
      const { held, issued } = world.supply()
      expect(held, `sequence ${sequence}: accounts hold what was issued`).toBe(issued)
    }
  }
  const total = [...tries.values()].reduce((sum, { count }) => sum + count, 0)
  const ok = [...tries.values()].reduce((sum, entry) => sum + entry.ok, 0)
  const never20 = [...tries].filter(([, { count }]) => count < 20).map(([name]) => name)
  const unlucky = [...tries].filter(([, entry]) => entry.ok === 0).map(([name]) => name)
  process.stdout.write(
    `fuzz: ${total} extrinsics over ${tries.size} calls, ${((100 * ok) / total).toFixed(1)} % succeed, ${invalid} invalid; never succeeded: ${unlucky.join(' ') || 'none'}\n`,
  )
  expect(never20).toEqual([])
  expect(ok / total).toBeGreaterThanOrEqual(0.3)
})
