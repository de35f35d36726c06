import { enhanceCodec } from 'scale-ts'
import type { Storage } from '../../../../state/storage.js'
import type { ReadContext } from '../../../framework/context.js'
import { option, struct, tuple, vec } from '../../../types/compounds.js'
import { compactU8, compactU16 } from '../../../types/primitives.js'
import type { AnyTy, Ty, TypeOf } from '../../../types/ty.js'
import { accountId } from '../../../types/well-known.js'
import { commitments } from '../../commitments/storage.js'
import { registration } from '../../commitments/types.js'
import { mechanismIndex } from '../neurons.js'
import { neurons } from '../storage/neurons.js'
import type { Columns } from './columns.js'
import { type Metagraph, metagraphColumns, metagraphFields } from './metagraph.js'
import { readStakes } from './stakes.js'

const extraFields = {
  /** Uids with a permit, in ascending order of their stake. */
  validators: vec(compactU16),
  /** Commitments in the chain's own encoding, by hotkey. */
  commitments: vec(tuple(accountId, vec(compactU8))),
}
const { netuid: netuidTy, ...optionalFields } = { ...metagraphFields, ...extraFields }

type Extra = { readonly [K in keyof typeof extraFields]: TypeOf<(typeof extraFields)[K]> }

/** A field that was asked for; so wrapped, an identity that is absent differs from one that was not asked for. */
interface Selected {
  readonly value: unknown
}

const selected = (of: AnyTy): Ty<Selected | undefined> => {
  const wrapped: Ty<Selected> = {
    codec: enhanceCodec(
      of.codec,
      ({ value }: Selected) => value,
      (value: unknown): Selected => ({ value }),
    ),
    shape: of.shape,
  }
  return { ...option(wrapped), shape: option(of).shape }
}

/** The fields of a metagraph that a caller chose by their positions. */
export const selectiveMetagraph = struct(
  'pallet_subtensor::rpc_info::metagraph::SelectiveMetagraph',
  { netuid: netuidTy, ...Object.fromEntries(Object.entries(optionalFields).map(([name, ty]) => [name, selected(ty)])) },
  [{ name: 'AccountId', ty: accountId }],
)

const fieldNames = Object.keys({ ...metagraphFields, ...extraFields })

function validatorsByStake(db: Storage, netuid: number): number[] {
  const permits = neurons.ValidatorPermit.get(db, netuid)
  const validators = neurons.Keys.keys(db, netuid).flatMap(([, uid]) => (permits[uid] ? [uid] : []))
  const stakes = readStakes(
    db,
    netuid,
    validators.map((uid) => neurons.Keys.get(db, netuid, uid)),
  )
  return validators
    .map((uid, at) => ({ uid, total: stakes[at]?.total ?? 0n }))
    .sort((a, b) => (a.total < b.total ? -1 : a.total > b.total ? 1 : 0))
    .map(({ uid }) => uid)
}

const extraColumns = (db: Storage, netuid: number): Columns<Extra> => ({
  validators: () => validatorsByStake(db, netuid),
  commitments: () =>
    commitments.CommitmentOf.keys(db, netuid).flatMap(([, hotkey]): [string, number[]][] => {
      const value = commitments.CommitmentOf.get(db, netuid, hotkey)
      return value ? [[hotkey, [...registration.codec.enc(value)]]] : []
    }),
})

/** What to read: fields by position, of one mechanism if there is one given. */
export interface MetagraphSelection {
  readonly netuid: number
  readonly mechanism?: number
  readonly positions: readonly number[]
}

/** Reads chosen fields; a position that no field has is ignored. The netuid of a plain selection is 0 unless it was chosen. */
export function readSelectiveMetagraph(context: ReadContext, selection: MetagraphSelection): TypeOf<typeof selectiveMetagraph> {
  const { netuid, mechanism, positions } = selection
  const index = mechanismIndex(netuid, mechanism ?? 0)
  const columns: Columns<Metagraph & Extra> = { ...metagraphColumns(context, netuid, index), ...extraColumns(context.db, netuid) }
  const chosen = new Set(positions.map((position) => fieldNames[position]))
  const fields = Object.entries<() => unknown>(columns).flatMap(([name, read]) =>
    chosen.has(name) ? [[name, { value: read() }] as const] : [],
  )
  const shown = mechanism !== undefined || chosen.has('netuid') ? netuid : 0
  return { ...Object.fromEntries(fields), netuid: shown }
}
