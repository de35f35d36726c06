import {
  type AxonEndpoint,
  blockNumber,
  type NetUid,
  type NeuronCertificate,
  type SignatureScheme,
  type Ss58Address,
  TensorKitError,
  uid,
} from '@tensorkit/core'
import { type ChainValue, decodeIp } from '@tensorkit/subtensor'
import { MetagraphSnapshot, type SubnetState } from './metagraph-snapshot.js'
import { Neuron } from './neuron.js'

/** What {@link decodeSnapshot} is given: the answers of the chain for one block, and what it does not say. */
export interface SnapshotSource {
  /** The value of `SubnetInfoRuntimeApi.get_metagraph`, decoded by live metadata. */
  readonly metagraph: ChainValue
  /** `SubtensorModule.ValidatorTrust`, which the runtime call leaves out. */
  readonly validatorTrust: ChainValue
  readonly netuid: NetUid
  readonly genesisHash: string
  readonly block: number
  readonly blockHash: string
  readonly syncedAtMs: number
  readonly scheme: SignatureScheme
  /** By hotkey. @defaultValue none */
  readonly certificates?: ReadonlyMap<Ss58Address, NeuronCertificate> | undefined
}

/**
 * Turns the chain's answers into a snapshot.
 *
 * @throws METAGRAPH_NOT_FOUND if there is no such subnet; CHAIN_INCOMPATIBLE if the answer is not of the known shape.
 *
 * Source: pallet-subtensor `rpc_info/metagraph.rs` (Metagraph), spec 424.
 */
export function decodeSnapshot(source: SnapshotSource): MetagraphSnapshot {
  const { netuid, scheme } = source
  if (source.metagraph === undefined) throw new TensorKitError('METAGRAPH_NOT_FOUND', 'There is no such subnet', { facts: { netuid } })
  const fields = new Fields(source.metagraph)
  // The variants for mechanisms put mechid * 4096 + netuid here: their columns are of another mechanism.
  if (fields.number('netuid') !== netuid) {
    throw new TensorKitError('CHAIN_INCOMPATIBLE', 'The chain answered for another subnet', {
      facts: { asked: netuid, got: fields.number('netuid') },
    })
  }
  const hotkeys = fields.list('hotkeys', 'string') as readonly Ss58Address[]
  const size = hotkeys.length
  const coldkeys = fields.column('coldkeys', 'string', size) as readonly Ss58Address[]
  const axons = fields.column('axons', 'object', size)
  const permits = fields.column('validatorPermit', 'boolean', size) as readonly boolean[]
  const active = fields.column('active', 'boolean', size) as readonly boolean[]
  const bigints = (name: string) => fields.padded(name, 'bigint', size) as readonly bigint[]
  const fractions = (name: string) => fields.padded(name, 'number', size) as readonly number[]
  const [emission, lastUpdate, registeredAt] = [bigints('emission'), bigints('lastUpdate'), bigints('blockAtRegistration')]
  const [alphaStake, taoStake, totalStake] = [bigints('alphaStake'), bigints('taoStake'), bigints('totalStake')]
  const [consensus, incentive, dividends] = [fractions('consensus'), fractions('incentives'), fractions('dividends')]
  const validatorTrust = new Fields({ validatorTrust: source.validatorTrust }).padded('validatorTrust', 'number', size) as readonly number[]
  const neurons = hotkeys.map((hotkey, i) => {
    const axon = endpointOf(axons[i])
    const certificate = source.certificates?.get(hotkey)
    return new Neuron({
      uid: uid(i),
      hotkey,
      coldkey: coldkeys[i] as Ss58Address,
      scheme,
      validatorPermit: permits[i] as boolean,
      active: active[i] as boolean,
      stake: totalStake[i] ?? 0n,
      alphaStake: alphaStake[i] ?? 0n,
      taoStake: taoStake[i] ?? 0n,
      consensus: consensus[i] ?? 0,
      incentive: incentive[i] ?? 0,
      dividends: dividends[i] ?? 0,
      validatorTrust: validatorTrust[i] ?? 0,
      emission: emission[i] ?? 0n,
      lastUpdate: Number(lastUpdate[i] ?? 0n),
      registeredAt: Number(registeredAt[i] ?? 0n),
      ...(axon && { axon }),
      ...(certificate && { certificate }),
    })
  })
  return new MetagraphSnapshot({
    netuid,
    genesisHash: source.genesisHash,
    block: blockNumber(source.block),
    blockHash: source.blockHash,
    syncedAtMs: source.syncedAtMs,
    subnet: subnetOf(fields),
    neurons,
  })
}

function subnetOf(fields: Fields): SubnetState {
  return {
    name: fields.text('name'),
    symbol: fields.text('symbol'),
    ownerHotkey: fields.string('ownerHotkey') as Ss58Address,
    ownerColdkey: fields.string('ownerColdkey') as Ss58Address,
    registeredAt: fields.number('networkRegisteredAt'),
    tempo: fields.number('tempo'),
    lastStep: fields.number('lastStep'),
    blocksSinceLastStep: fields.number('blocksSinceLastStep'),
    maxUids: fields.number('maxUids'),
    maxValidators: fields.number('maxValidators'),
    immunityPeriod: fields.number('immunityPeriod'),
    activityCutoff: fields.number('activityCutoff'),
    minAllowedWeights: fields.number('minAllowedWeights'),
    weightsVersion: fields.bigint('weightsVersion'),
    weightsRateLimit: fields.number('weightsRateLimit'),
    commitRevealWeightsEnabled: fields.boolean('commitRevealWeightsEnabled'),
    servingRateLimit: fields.number('servingRateLimit'),
    registrationAllowed: fields.boolean('registrationAllowed'),
    burn: fields.bigint('burn'),
    taoIn: fields.bigint('taoIn'),
    alphaIn: fields.bigint('alphaIn'),
    alphaOut: fields.bigint('alphaOut'),
    pendingAlphaEmission: fields.bigint('pendingAlphaEmission'),
  }
}

/** A miner writes this itself: what is no usable address counts as none. */
function endpointOf(axon: ChainValue): AxonEndpoint | undefined {
  const { ip, ipType, port } = new Fields(axon).axonInfo()
  const host = decodeIp(ip, ipType)
  return host === undefined || port === 0 ? undefined : { host, port }
}

/** Reads fields of a decoded struct and refuses what is not of the type that this version knows. */
class Fields {
  readonly #fields: Readonly<Record<string, ChainValue>>

  constructor(value: ChainValue) {
    if (value === null || typeof value !== 'object' || Array.isArray(value) || value instanceof Uint8Array) throw strange('metagraph')
    this.#fields = value as Readonly<Record<string, ChainValue>>
  }

  /** An integer of whatever width, as a number. */
  number(name: string): number {
    const value = this.#fields[name]
    const number = typeof value === 'bigint' ? Number(value) : value
    if (typeof number !== 'number' || !Number.isSafeInteger(number)) throw strange(name)
    return number
  }

  bigint(name: string): bigint {
    const value = this.#fields[name]
    if (typeof value !== 'bigint') throw strange(name)
    return value
  }

  boolean(name: string): boolean {
    const value = this.#fields[name]
    if (typeof value !== 'boolean') throw strange(name)
    return value
  }

  /** The fields of an `AxonInfo` that say where it is. */
  axonInfo(): { readonly ip: bigint; readonly ipType: number; readonly port: number } {
    return { ip: this.bigint('ip'), ipType: this.number('ipType'), port: this.number('port') }
  }

  string(name: string): string {
    const value = this.#fields[name]
    if (typeof value !== 'string') throw strange(name)
    return value
  }

  /** Text that the chain holds as a vector of compact bytes, unlike its other texts. */
  text(name: string): string {
    const value = this.#fields[name]
    return Buffer.from(value instanceof Uint8Array ? value : (this.list(name, 'number') as readonly number[])).toString('utf8')
  }

  list(name: string, type: string): readonly ChainValue[] {
    const value = this.#fields[name]
    if (!Array.isArray(value) || value.some((item) => typeof item !== type)) throw strange(name)
    return value as readonly ChainValue[]
  }

  /** A list with one item for each neuron. */
  column(name: string, type: string, size: number): readonly ChainValue[] {
    const list = this.list(name, type)
    if (list.length !== size) throw strange(name)
    return list
  }

  /** A list of numbers that ends early where the last neurons have zero. */
  padded(name: string, type: string, size: number): readonly ChainValue[] {
    const list = this.list(name, type)
    if (list.length > size) throw strange(name)
    return list
  }
}

const strange = (field: string): TensorKitError =>
  new TensorKitError('CHAIN_INCOMPATIBLE', 'The metagraph of this runtime is not of the shape that this version knows', {
    facts: { field },
  })
