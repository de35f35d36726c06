import type { AgentPermission } from './permissions.js'
import { ScaleReader } from './scale-reader.js'

const maxPayloadBytes = 64 * 1024
/** A subnet has at most so many neurons; a commit is far shorter than its bound. */
const [maxUids, maxSubnets, maxCommitBytes, maxSalt] = [4096, 128, 5000, 4096]

type Shape = (reader: ScaleReader) => void
const all =
  (...shapes: readonly Shape[]): Shape =>
  (reader) => {
    for (const shape of shapes) shape(reader)
  }
const fixed =
  (length: number): Shape =>
  (reader) => {
    reader.bytes(length)
  }
const [u8, u16, u32, u64, u128, hash] = [fixed(1), fixed(2), fixed(4), fixed(8), fixed(16), fixed(32)]
const vector =
  (item: Shape, max: number): Shape =>
  (reader) => {
    reader.vector(() => item(reader), max)
  }
const compact: Shape = (reader) => {
  reader.compact()
}
const bigCompact: Shape = (reader) => {
  reader.bigCompact()
}
const bytes = (max: number): Shape => vector(u8, max)
const uids = vector(u16, maxUids)
const salt = vector(u16, maxSalt)

/** SubtensorModule's place in the runtime. Call indexes are fixed in its source, so that they outlive upgrades. */
const subtensorModule = 7

/**
 * The calls of SubtensorModule that an agent knows, by index, with the shape of their arguments.
 *
 * Source: subtensor `pallets/subtensor/src/macros/dispatches.rs`, spec 424.
 */
const calls: ReadonlyMap<number, { readonly permission: AgentPermission; readonly shape: Shape }> = new Map([
  // set_weights, set_mechanism_weights, batch_set_weights
  [0, { permission: 'weights', shape: all(u16, uids, uids, u64) }],
  [119, { permission: 'weights', shape: all(u16, u8, uids, uids, u64) }],
  [
    80,
    {
      permission: 'weights',
      shape: all(vector(compact, maxSubnets), vector(vector(all(compact, compact), maxUids), maxSubnets), vector(bigCompact, maxSubnets)),
    },
  ],
  // commit_weights, commit_mechanism_weights, batch_commit_weights
  [96, { permission: 'weights', shape: all(u16, hash) }],
  [115, { permission: 'weights', shape: all(u16, u8, hash) }],
  [100, { permission: 'weights', shape: all(vector(compact, maxSubnets), vector(hash, maxSubnets)) }],
  // reveal_weights, reveal_mechanism_weights, batch_reveal_weights
  [97, { permission: 'weights', shape: all(u16, uids, uids, salt, u64) }],
  [116, { permission: 'weights', shape: all(u16, u8, uids, uids, salt, u64) }],
  [
    98,
    {
      permission: 'weights',
      shape: all(u16, vector(uids, maxSubnets), vector(uids, maxSubnets), vector(salt, maxSubnets), vector(u64, maxSubnets)),
    },
  ],
  // commit_timelocked_weights, commit_crv3_mechanism_weights, commit_timelocked_mechanism_weights
  [113, { permission: 'weights', shape: all(u16, bytes(maxCommitBytes), u64, u16) }],
  [117, { permission: 'weights', shape: all(u16, u8, bytes(maxCommitBytes), u64) }],
  [118, { permission: 'weights', shape: all(u16, u8, bytes(maxCommitBytes), u64, u16) }],
  // serve_axon, serve_prometheus, serve_axon_tls
  [4, { permission: 'serving', shape: all(u16, u32, u128, u16, u8, u8, u8, u8) }],
  [5, { permission: 'serving', shape: all(u16, u32, u128, u16, u8) }],
  [40, { permission: 'serving', shape: all(u16, u32, u128, u16, u8, u8, u8, u8, bytes(65)) }],
] as const)

function readCall(reader: ScaleReader): AgentPermission | undefined {
  if (reader.u8() !== subtensorModule) return undefined
  const call = calls.get(reader.u8())
  call?.shape(reader)
  return call?.permission
}

/** How long an extrinsic may be good: 51 minutes of blocks of 12 s. Clients sign for 64 or 128 by themselves. */
const maxPeriodBlocks = 256

/** What the signed extensions add to a call, and what they imply. @returns Whether all of it is as it must be. */
function readExtensions(reader: ScaleReader, genesisHashes: readonly string[]): boolean {
  // Mortal, and not for long: what was signed must not be good for days after whoever had it signed was put out.
  const first = reader.u8()
  if (first === 0) return false
  const era = first | (reader.u8() << 8)
  const periodBlocks = 2 << (era & 15)
  if (periodBlocks > maxPeriodBlocks || era >>> 4 >= periodBlocks) return false
  // Nonce; tip, which would spend the hotkey's money.
  reader.bigCompact()
  if (reader.bigCompact() !== 0n) return false
  // CheckMetadataHash: no hash, so that none is implied either.
  if (reader.u8() !== 0) return false
  reader.u32()
  reader.u32()
  const genesis = Buffer.from(reader.bytes(32)).toString('hex')
  reader.bytes(32)
  return reader.u8() === 0 && reader.isAtEnd && genesisHashes.includes(genesis)
}

/**
 * Says what the payload of an extrinsic does, if it is one call that a neuron makes by its hotkey: mortal, without a tip, on a chain that
 * is named, and read to its last byte.
 *
 * @param payload - The whole payload, not its hash.
 * @param genesisHashes - Of the chains that may be meant, 64 hex digits each: another chain could mean something else by the same bytes.
 * @returns Undefined for everything else.
 */
export function recogniseExtrinsic(payload: Uint8Array, genesisHashes: readonly string[]): AgentPermission | undefined {
  if (payload.length > maxPayloadBytes) return undefined
  const reader = new ScaleReader(payload)
  try {
    const permission = readCall(reader)
    return permission !== undefined && readExtensions(reader, genesisHashes) ? permission : undefined
  } catch {
    return undefined
  }
}
