import { TensorKitError } from '@tensorkit/core'
import { compact, u32, u64 } from 'scale-ts'
import { extrinsicBody } from '../src/block/extrinsic.js'
import type { BlockContext, InvalidTransaction, Runtime } from '../src/runtime/runtime.js'
import { toHex } from '../src/state/hex.js'
import type { Storage } from '../src/state/storage.js'

/** Storage keys of the toy: `0x01` the block's number, `0x02` its time, `0x10…` nonces, `0x20…` what accounts last wrote. */
export const toyKeys = { number: '0x01', timestamp: '0x02', nonce: '0x10', value: '0x20' } as const

/** An extrinsic of the toy: who, with which nonce, writing what; `flag` decides how it is judged. */
export interface ToyExtrinsic {
  /** Any byte stands for an account. */
  readonly sender: number
  readonly nonce: number
  readonly value?: string
  readonly priority?: number
  /** `bad` has a bad signature, `custom` is refused with Custom(6), `trap` breaks the runtime. */
  readonly flag?: 'fine' | 'bad' | 'custom' | 'trap' | 'exhausts'
  /** Blocks that it stays valid. */
  readonly longevity?: number
}

const flags = ['fine', 'bad', 'custom', 'trap', 'exhausts'] as const

/** Encodes an extrinsic of the toy. It looks like one of version 4 as far as the pool looks. */
export function toyExtrinsic({ sender, nonce, value = '', priority = 0, flag = 'fine', longevity = 64 }: ToyExtrinsic): Uint8Array {
  const body = Buffer.concat([
    Uint8Array.of(0x84, 0),
    toyAccount(sender),
    u32.enc(nonce),
    Uint8Array.of(priority, flags.indexOf(flag)),
    u32.enc(longevity),
    Buffer.from(value),
  ])
  return Uint8Array.from(Buffer.concat([compact.enc(body.length), body]))
}

/** The account id of a sender. */
export function toyAccount(sender: number): Uint8Array {
  return new Uint8Array(32).fill(sender)
}

/**
 * The smallest runtime that exercises a node: numbered accounts with nonces, one call that writes a value. It tests the
 * node's parts apart from the chain's rules; the chain's own runtime is tested with them together.
 */
export function createToyRuntime(): Runtime {
  const nonceKey = (account: string): string => toyKeys.nonce + account.slice(2)
  const nonceOf = (storage: Storage, account: string): number => {
    const stored = storage.get(nonceKey(account))
    return stored ? u32.dec(stored) : 0
  }
  const read = (extrinsic: Uint8Array) => {
    const body = extrinsicBody(extrinsic)
    if (!body || body.length < 44) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The extrinsic cannot be decoded')
    const flag = flags[body[39] ?? 0]
    if (flag === 'trap') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The extrinsic cannot be decoded')
    return {
      account: toHex(body.subarray(2, 34)),
      nonce: u32.dec(Uint8Array.from(body.subarray(34, 38))),
      priority: BigInt(body[38] ?? 0),
      flag,
      longevity: BigInt(u32.dec(Uint8Array.from(body.subarray(40, 44)))),
      value: body.subarray(44),
    }
  }
  const tag = (account: string, nonce: number): string => account + toHex(u32.enc(nonce)).slice(2)
  const check = (storage: Storage, extrinsic: Uint8Array): { readonly error: InvalidTransaction } | ReturnType<typeof read> => {
    const decoded = read(extrinsic)
    if (decoded.flag === 'bad') return { error: { kind: 'BadProof' } }
    if (decoded.flag === 'custom') return { error: { kind: 'Custom', code: 6 } }
    if (decoded.nonce < nonceOf(storage, decoded.account)) return { error: { kind: 'Stale' } }
    return decoded
  }
  return {
    version: {
      specName: 'toy',
      implName: 'toy',
      authoringVersion: 1,
      specVersion: 1,
      implVersion: 1,
      transactionVersion: 1,
      stateVersion: 1,
      apis: [['0xdf6acb689907609b', 5]],
    },
    metadata: (version) => Uint8Array.of(0x6d, 0x65, 0x74, 0x61, version),
    genesis: (storage) => storage.set(toyKeys.number, u32.enc(0)),
    unshield: () => undefined,
    initializeBlock: (storage, context) => storage.set(toyKeys.number, u32.enc(context.number)),
    inherents: (context) => [u64Inherent(context)],
    validateTransaction: (storage, extrinsic) => {
      const checked = check(storage, extrinsic)
      if ('error' in checked) return { ok: false, error: checked.error }
      const { account, nonce, priority, longevity } = checked
      const requires = nonce > nonceOf(storage, account) ? [tag(account, nonce - 1)] : []
      return { ok: true, priority, requires, provides: [tag(account, nonce)], longevity }
    },
    applyExtrinsic: (storage, extrinsic) => {
      const body = extrinsicBody(extrinsic)
      if (body?.[0] === 0x04) {
        storage.set(toyKeys.timestamp, body.slice(1))
        return { ok: true }
      }
      const checked = check(storage, extrinsic)
      if ('error' in checked) return { ok: false, error: checked.error }
      if (checked.flag === 'exhausts') return { ok: false, error: { kind: 'ExhaustsResources' } }
      if (checked.nonce > nonceOf(storage, checked.account)) return { ok: false, error: { kind: 'Future' } }
      storage.set(nonceKey(checked.account), u32.enc(checked.nonce + 1))
      storage.set(toyKeys.value + checked.account.slice(2), checked.value)
      return { ok: true }
    },
    finalizeBlock: () => {},
    call: (storage, method, args) => {
      if (method === 'AccountNonceApi_account_nonce') return u32.enc(nonceOf(storage, toHex(args)))
      if (method === 'Toy_echo') return args
      throw new TensorKitError('LOCALNET_NOT_MODELLED', `The runtime API ${method} is not modelled`)
    },
  }
}

function u64Inherent(context: BlockContext): Uint8Array {
  const body = Buffer.concat([Uint8Array.of(0x04), u64.enc(BigInt(context.timestampMs))])
  return Uint8Array.from(Buffer.concat([compact.enc(body.length), body]))
}

/** The value that an account last wrote, as text. */
export function toyValueKey(sender: number): string {
  return toyKeys.value + toHex(toyAccount(sender)).slice(2)
}
