import type { Axon, AxonOptions, Handlers } from '@tensorkit/axon'
import type { Clock, NeuronDirectory, NeuronEntry, Protocol, Signer } from '@tensorkit/core'
import type { Dendrite, DendriteOptions } from '@tensorkit/dendrite'
import type { MemoryNetwork } from '../memory/memory-network.js'
import type { MinerProfile } from '../profiles/miner-profile.js'

/** What a neuron of a test subnet is registered with. */
export interface RegisterOptions {
  /** @defaultValue false */
  readonly validatorPermit?: boolean
  /** Total stake, in rao. @defaultValue 0n */
  readonly stake?: bigint
}

/** A registered neuron whose key the test holds. */
export interface TestNeuron {
  readonly name: string
  /** Its hotkey: the development key `//name`. */
  readonly signer: Signer
  /** As the directory has it now; undefined once it was deregistered. */
  readonly entry: NeuronEntry | undefined
}

/** What {@link TestSubnet.miner} is given. */
export interface TestMinerOptions<P extends Protocol> extends Partial<Omit<AxonOptions, 'signer' | 'transport'>> {
  /** Whose key it serves under; it is registered if it is not yet. */
  readonly name: string
  readonly protocol: P
  /** Your own handlers, or those that a fake miner's profile starts from. */
  readonly handlers: Handlers<P>
  /** How it behaves. @defaultValue {@link honest} */
  readonly profile?: MinerProfile
}

/** A miner that serves in memory. */
export interface TestMiner<P extends Protocol = Protocol> extends TestNeuron {
  readonly axon: Axon
  /** What a dendrite calls. */
  readonly target: NeuronEntry
  readonly handlers: Handlers<P>
}

/**
 * A subnet in the memory of one process: neurons with development keys, axons and dendrites without sockets. Authentication,
 * admission, queue, codecs and handlers are those of production.
 */
export interface TestSubnet extends AsyncDisposable {
  readonly directory: NeuronDirectory
  readonly network: MemoryNetwork
  readonly clock: Clock
  /** Registers `//name`, or changes its permit and stake. */
  register(name: string, options?: RegisterOptions): Promise<TestNeuron>
  /** Deregisters a neuron; what it serves goes on, as it does on a chain. */
  deregister(name: string): Promise<void>
  /** Serves a protocol, as a miner of yours or as a fake one. */
  miner<P extends Protocol>(options: TestMinerOptions<P>): Promise<TestMiner<P>>
  /** All neurons that serve, by uid. */
  miners(): readonly NeuronEntry[]
  /** A fake validator's dendrite: registered with a permit and 1,000 TAO of stake, unless `//name` is registered already. */
  validator(name?: string, options?: Partial<DendriteOptions>): Promise<Dendrite>
  /** Options for an axon that your own code makes. */
  axonOptions(name: string, options?: Partial<AxonOptions>): Promise<AxonOptions>
  /** Options for a dendrite that your own code makes. */
  dendriteOptions(name: string, options?: Partial<DendriteOptions>): Promise<DendriteOptions>
  /** Publishes where a neuron serves, for an axon that your own code made. */
  publish(name: string, axon: Axon): Promise<NeuronEntry>
  /** Closes every axon and dendrite that it made. */
  close(): Promise<void>
}
