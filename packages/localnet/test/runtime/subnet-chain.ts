import { expect } from 'vitest'
import { eventData, type SeenEvent, TestChain } from './test-chain.js'

/** The subnet of {@link SubnetChain}. */
export const netuid = 2

/** A chain with one subnet of Bob's, whose hotkey is `//Owner`, and what tests of its calls do again and again. */
export class SubnetChain {
  #events: readonly SeenEvent[] = []

  private constructor(readonly chain: TestChain) {}

  /** Makes the subnet and registers hotkeys on it, from uid 1 on. */
  static async create(...hotkeys: readonly string[]): Promise<SubnetChain> {
    const subnet = new SubnetChain(await TestChain.create())
    subnet.chain.block()
    subnet.ok('//Bob', 'registerNetwork', subnet.account('//Owner'))
    for (const uri of hotkeys) subnet.ok('//Bob', 'burnedRegister', netuid, subnet.account(uri))
    return subnet
  }

  account(uri: string): string {
    return this.chain.account(uri)
  }

  query(item: string, ...args: unknown[]): unknown {
    return this.chain.query('subtensorModule', item, ...args)
  }

  /** What a call came to. */
  call(uri: string, method: string, ...args: unknown[]): string {
    const { result, events } = this.chain.submit(uri, 'subtensorModule', method, ...args)
    this.#events = events
    return result
  }

  /** A call that works. */
  ok(uri: string, method: string, ...args: unknown[]): void {
    expect(this.call(uri, method, ...args)).toBe('ok')
  }

  /** What a call as root came to. */
  root(section: string, method: string, ...args: unknown[]): string {
    const { events } = this.chain.submit('//Alice', 'sudo', 'sudo', this.chain.call(section, method, ...args))
    this.#events = events
    const [outcome] = eventData<[{ ok?: null; err?: { module?: { index: number; error: string } } }]>(events, 'sudo.Sudid')
    if (!outcome.err) return 'ok'
    return outcome.err.module ? this.chain.moduleError(outcome.err.module) : JSON.stringify(outcome.err)
  }

  /** Sets a hyperparameter as root. */
  set(method: string, ...args: unknown[]): void {
    expect(this.root('adminUtils', method, ...args)).toBe('ok')
  }

  /** Data of an event of the last call. */
  event(name: string): unknown {
    return eventData(this.#events, `subtensorModule.${name}`)
  }

  /** Makes blocks up to the subnet's next epoch. */
  epoch(): void {
    const before = this.query('subnetEpochIndex', netuid)
    while (this.query('subnetEpochIndex', netuid) === before) this.chain.block()
  }
}
