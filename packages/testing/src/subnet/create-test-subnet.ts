import { type Axon, type AxonOptions, createAxon, type Handlers } from '@tensorkit/axon'
import { type Clock, createMemoryReplayStore, type NeuronEntry, type Protocol, type Ss58Address, systemClock, tao } from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite, type Dendrite, type DendriteOptions } from '@tensorkit/dendrite'
import { MemoryNetwork } from '../memory/memory-network.js'
import { profiledTransport } from '../memory/profiled-transport.js'
import { profiledHandlers } from '../profiles/profiled-handlers.js'
import { MutableDirectory } from './mutable-directory.js'
import type { RegisterOptions, TestMiner, TestMinerOptions, TestNeuron, TestSubnet } from './test-subnet.js'

const validatorStake = tao(1_000).rao

/** What {@link createTestSubnet} may be told. */
export interface TestSubnetOptions {
  /** @defaultValue 1 */
  readonly netuid?: number
  /** 64 lower-case hex digits. @defaultValue all zeros */
  readonly genesisHash?: string
  /** @defaultValue the machine's clock; {@link createFakeClock} makes one that tests move */
  readonly clock?: Clock
}

/**
 * Makes a subnet in memory, for the tests of a miner or of a validator. It is ready in milliseconds.
 *
 * @example
 * ```ts
 * await using subnet = await createTestSubnet()
 * const miner = await subnet.miner({ name: 'miner', protocol: Forecaster, handlers: mine })
 * const validator = await subnet.validator()
 * const reply = await validator.call(miner.target, Forecaster.predict, request)
 * expect(reply.ok).toBe(true)
 * ```
 */
export function createTestSubnet(options: TestSubnetOptions = {}): Promise<TestSubnet> {
  return Promise.resolve(new MemorySubnet(options))
}

class MemorySubnet implements TestSubnet {
  readonly directory: MutableDirectory
  readonly network: MemoryNetwork
  readonly clock: Clock
  readonly #signers = new Map<string, Promise<LocalSigner>>()
  readonly #opened = new Set<Axon | Dendrite>()

  constructor({ netuid = 1, genesisHash = '0'.repeat(64), clock = systemClock }: TestSubnetOptions) {
    this.directory = new MutableDirectory({ netuid, genesisHash })
    this.clock = clock
    this.network = new MemoryNetwork({ clock })
  }

  async register(name: string, { validatorPermit = false, stake = 0n }: RegisterOptions = {}): Promise<TestNeuron> {
    const signer = await this.#signerOf(name)
    this.directory.set({ ...this.directory.neuronOf(signer.address), hotkey: signer.address, validatorPermit, stake })
    const { directory } = this
    return {
      name,
      signer,
      get entry() {
        return directory.get(signer.address)
      },
    }
  }

  async deregister(name: string): Promise<void> {
    this.directory.delete((await this.#signerOf(name)).address)
  }

  async miner<P extends Protocol>(options: TestMinerOptions<P>): Promise<TestMiner<P>> {
    const { name, protocol, handlers, profile = { name: 'honest' }, ...axonOptions } = options
    const made = await this.axonOptions(name, axonOptions)
    const transport = profiledTransport(this.network.server(), { profile, paths: protocol.$methods.map(({ path }) => path) })
    const axon = createAxon({ ...made, transport })
    this.#opened.add(axon)
    // The profile answers in the types of the handlers that it was given.
    axon.implement(protocol, profiledHandlers(protocol, handlers, { profile, clock: this.clock }) as Handlers<P>)
    await axon.listen()
    const target = await this.publish(name, axon)
    const neuron = await this.#neuron(name)
    return { name, signer: neuron.signer, axon, target, handlers, entry: target }
  }

  miners(): readonly NeuronEntry[] {
    return this.directory.all().filter(({ axon }) => axon !== undefined)
  }

  async validator(name = 'validator', options: Partial<DendriteOptions> = {}): Promise<Dendrite> {
    const { address } = await this.#signerOf(name)
    if (this.directory.get(address) === undefined) await this.register(name, { validatorPermit: true, stake: validatorStake })
    const dendrite = createDendrite(await this.dendriteOptions(name, options))
    this.#opened.add(dendrite)
    return dendrite
  }

  async axonOptions(name: string, options: Partial<AxonOptions> = {}): Promise<AxonOptions> {
    const { signer } = await this.#neuron(name)
    return {
      signer,
      directory: this.directory,
      port: 0,
      clock: this.clock,
      transport: this.network.server(),
      // Nobody called these keys before the test did, so that there is nothing to wait for.
      replayStore: createMemoryReplayStore({ clock: this.clock, completeSinceNs: 0n }),
      ...options,
    }
  }

  async dendriteOptions(name: string, options: Partial<DendriteOptions> = {}): Promise<DendriteOptions> {
    const signer = await this.#signerOf(name)
    return {
      signer,
      directory: this.directory,
      insecure: true,
      allowPrivateAddresses: true,
      clock: this.clock,
      transport: this.network.client(),
      ...options,
    }
  }

  async publish(name: string, axon: Axon): Promise<NeuronEntry> {
    const { address } = await this.#signerOf(name)
    return this.directory.set({ ...this.directory.neuronOf(address), hotkey: address, axon: axon.endpoint })
  }

  async close(): Promise<void> {
    const opened = [...this.#opened]
    this.#opened.clear()
    await Promise.all(opened.map((one) => one.close()))
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  /** A neuron, registered if it was not. */
  async #neuron(name: string): Promise<{ readonly signer: LocalSigner; readonly hotkey: Ss58Address }> {
    const signer = await this.#signerOf(name)
    if (this.directory.get(signer.address) === undefined) await this.register(name)
    return { signer, hotkey: signer.address }
  }

  #signerOf(name: string): Promise<LocalSigner> {
    let signer = this.#signers.get(name)
    if (signer === undefined) {
      signer = signerFromUri(`//${name}`)
      this.#signers.set(name, signer)
    }
    return signer
  }
}
