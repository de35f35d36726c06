import { allPallets } from './runtime/all-pallets.js'
import { createRuntime } from './runtime/create-runtime.js'
import { outerReferences } from './runtime/framework/outer-types.js'

/** A call of the chain, as the model has it. */
export interface ListedCall {
  readonly name: string
  readonly index: number
  /** What is not modelled, where the whole call is refused. */
  readonly refused?: string
  /** Whether it refuses some of what the chain takes. */
  readonly partly: boolean
}

/** A pallet's calls. */
export interface ListedPallet {
  readonly name: string
  readonly index: number
  readonly calls: readonly ListedCall[]
}

/** All calls that the localnet declares: what the page of calls is made from. */
export function listCalls(): ListedPallet[] {
  const noKey = (): never => {
    throw new RangeError('a list of calls needs no key')
  }
  const pallets = allPallets(outerReferences(), createRuntime().version, { slotMs: 12_000, shieldKey: noKey })
  return pallets.map(({ name, index, calls = {} }) => ({
    name,
    index,
    calls: Object.entries(calls)
      .map(([call, { index: callIndex, refused, notModelled }]): ListedCall => {
        const partly = refused === undefined && notModelled !== undefined
        return { name: call, index: callIndex, partly, ...(refused === undefined ? {} : { refused }) }
      })
      .sort((a, b) => a.index - b.index),
  }))
}
