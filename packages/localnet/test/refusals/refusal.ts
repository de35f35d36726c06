import { StakeChain, TAO } from '../runtime/stake-chain.js'
import { eventData } from '../runtime/test-chain.js'

/** One way to have a call refused, in the world of {@link refusalWorld}. */
export interface Refusal {
  /** As the chain names it: `set_weights`. */
  readonly call: string
  /** An error of the call's own pallet by its name, `BadOrigin`, or `pallet.Name`. */
  readonly error: string
  /** URI of who signs; without one it is root, through sudo. */
  readonly by?: string
  /** Words that begin with `//` stand for accounts. */
  readonly args: readonly unknown[] | ((at: StakeChain) => readonly unknown[])
  /** Brings the world to where the call is refused. */
  readonly given?: (at: StakeChain) => void
  /** The code by which the pool refuses the call before it is in a block. */
  readonly pool?: number
}

/** Hotkeys that are on subnet 2 beside its owner's, `//Owner2`, by their uids; all are Bob's. */
export const neurons = { '//V': 1, '//M': 2 }

/**
 * Subnets 2 and 3 are Alice's and open, 1 is not. Bob has neurons on 2 and 100 TAO of stake on the first of them; weights
 * may be set at any time. `//Nobody` is an account like any other.
 */
export async function refusalWorld(): Promise<StakeChain> {
  const at = await StakeChain.create({ subnets: 2 })
  for (const uri of Object.keys(neurons)) at.ok('//Bob', 'burnedRegister', 2, at.account(uri))
  at.ok('//Bob', 'addStake', at.account('//V'), 2, 100n * TAO)
  at.root('adminUtils', 'sudoSetWeightsSetRateLimit', 2, 0)
  // What is fee-free by itself costs a fee in a batch.
  for (const uri of ['//Owner2', '//V', '//M', '//Nobody']) {
    at.chain.submit('//Alice', 'balances', 'transferKeepAlive', at.account(uri), 10n * TAO)
  }
  return at.save()
}

/** A name as @polkadot spells it. */
export const camel = (name: string): string => name.replace(/_(.)/g, (_, letter: string) => letter.toUpperCase())

function resolved(at: StakeChain, arg: unknown): unknown {
  if (typeof arg === 'string') return arg.startsWith('//') ? at.account(arg) : arg
  return Array.isArray(arg) ? arg.map((one) => resolved(at, one)) : arg
}

type DispatchError = { module?: { index: number; error: string } } & Record<string, unknown>

/** What became of a call that root made. */
export function asRoot(at: StakeChain, call: Uint8Array): string {
  const { events } = at.chain.submit('//Alice', 'sudo', 'sudo', call)
  const [outcome] = eventData<[{ err?: DispatchError }]>(events, 'sudo.Sudid')
  if (!outcome.err) return 'ok'
  return outcome.err.module ? at.chain.moduleError(outcome.err.module) : JSON.stringify(outcome.err)
}

/** What a refusal comes to, alone and where the pool refuses it also in a batch, of which the pool sees nothing. */
export function provoke(at: StakeChain, pallet: string, { call, by, args, given, pool }: Refusal): { alone: string; batched?: string } {
  at.restore()
  given?.(at)
  const inner = at.chain.call(pallet, camel(call), ...(typeof args === 'function' ? args(at) : args).map((arg) => resolved(at, arg)))
  if (by === undefined) return { alone: asRoot(at, inner) }
  const extrinsic = at.chain.sign(by, inner)
  const validity = at.chain.validate(extrinsic)
  if (validity.ok) return { alone: at.chain.block(extrinsic)[0]?.result ?? 'nothing' }
  const alone = validity.error.kind === 'Custom' ? `Custom(${validity.error.code})` : `Invalid.${validity.error.kind}`
  return pool === undefined ? { alone } : { alone, batched: at.chain.submit(by, 'utility', 'batchAll', [inner]).result }
}

/** What a refusal should come to. */
export function expected(pallet: string, { error, pool }: Refusal): { alone: string; batched?: string } {
  const named = error === 'BadOrigin' ? '{"badOrigin":null}' : error.includes('.') ? error : `${pallet}.${error}`
  if (pool === undefined) return { alone: named }
  const alone = `Custom(${pool})`
  // A coldkey that is about to be swapped may not send a batch either.
  return { alone, batched: error.startsWith('ColdkeySwap') ? alone : named }
}
