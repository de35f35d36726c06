import { type NeuronDirectory, type NeuronEntry, type StaticNeuron, staticDirectory } from '@tensorkit/core'

/** A directory that changes under a test's hands, as a metagraph does with the chain. */
export class MutableDirectory implements NeuronDirectory {
  readonly #options: { readonly netuid: number; readonly genesisHash: string }
  #neurons: readonly StaticNeuron[] = []
  #current: NeuronDirectory

  constructor(options: { readonly netuid: number; readonly genesisHash: string }) {
    this.#options = options
    this.#current = staticDirectory({ ...options, neurons: [] })
  }

  get netuid(): NeuronDirectory['netuid'] {
    return this.#current.netuid
  }

  get genesisHash(): string {
    return this.#current.genesisHash
  }

  get block(): NeuronDirectory['block'] {
    return this.#current.block
  }

  get syncedAtMs(): number {
    return this.#current.syncedAtMs
  }

  get(hotkey: NeuronEntry['hotkey']): NeuronEntry | undefined {
    return this.#current.get(hotkey)
  }

  all(): readonly NeuronEntry[] {
    return this.#current.all()
  }

  /** Registers a neuron, or replaces what is known of its hotkey. */
  set(neuron: Omit<StaticNeuron, 'uid'>): NeuronEntry {
    const known = this.#neurons.find(({ hotkey }) => hotkey === neuron.hotkey)
    const uid = known?.uid ?? this.#freeUid()
    this.#replace([...this.#neurons.filter(({ hotkey }) => hotkey !== neuron.hotkey), { ...neuron, uid }])
    return this.#current.all().find((entry) => entry.hotkey === neuron.hotkey) as NeuronEntry
  }

  /** Deregisters a hotkey. */
  delete(hotkey: string): void {
    this.#replace(this.#neurons.filter((neuron) => neuron.hotkey !== hotkey))
  }

  /** What was registered under a hotkey. */
  neuronOf(hotkey: string): StaticNeuron | undefined {
    return this.#neurons.find((neuron) => neuron.hotkey === hotkey)
  }

  #freeUid(): number {
    const taken = new Set(this.#neurons.map(({ uid }) => uid))
    let uid = 0
    while (taken.has(uid)) uid++
    return uid
  }

  #replace(neurons: readonly StaticNeuron[]): void {
    this.#neurons = neurons
    this.#current = staticDirectory({ ...this.#options, neurons })
  }
}
