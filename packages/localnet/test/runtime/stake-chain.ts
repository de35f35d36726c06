import { expect } from 'vitest'
import { eventData, type Outcome, TestChain } from './test-chain.js'

export const TAO = 1_000_000_000n

/** What JSON shows of a number, which may be hex or decimal. */
export const big = (value: unknown): bigint => BigInt(value as string | number)

/** A chain for tests of stake, which can be put back to where it was. */
export class StakeChain {
  #saved: { readonly entries: ReadonlyMap<string, Uint8Array>; readonly number: number } | undefined

  private constructor(readonly chain: TestChain) {}

  /** A chain whose subnets 2, 3, ... are Alice's, open, with her hotkeys `//Owner2`, `//Owner3`, ... */
  static async create({ subnets = 1 } = {}): Promise<StakeChain> {
    const made = new StakeChain(await TestChain.create())
    made.chain.block()
    made.root('adminUtils', 'sudoSetNetworkRateLimit', 0)
    made.root('adminUtils', 'sudoSetNetworkMinLockCost', 1000n * TAO)
    for (let netuid = 2; netuid < 2 + subnets; netuid++) {
      made.ok('//Alice', 'registerNetwork', made.account(`//Owner${netuid}`))
      made.ok('//Alice', 'startCall', netuid)
    }
    return made
  }

  /** Remembers the state that {@link restore} puts back. */
  save(): this {
    this.#saved = { entries: new Map(this.chain.storage.entries), number: this.chain.number }
    return this
  }

  restore(): void {
    if (!this.#saved) throw new Error('nothing saved')
    const { entries } = this.chain.storage
    entries.clear()
    for (const [key, value] of this.#saved.entries) entries.set(key, value)
    this.chain.number = this.#saved.number
  }

  account(uri: string): string {
    return this.chain.account(uri)
  }

  submit(uri: string, method: string, ...args: unknown[]): Outcome {
    return this.chain.submit(uri, 'subtensorModule', method, ...args)
  }

  /** What a call came to. */
  call(uri: string, method: string, ...args: unknown[]): string {
    return this.submit(uri, method, ...args).result
  }

  /** A call that works, and the data of one of its events. */
  event<T>(name: string, uri: string, method: string, ...args: unknown[]): T {
    const { result, events } = this.submit(uri, method, ...args)
    expect(result).toBe('ok')
    return eventData<T>(events, `subtensorModule.${name}`)
  }

  ok(uri: string, method: string, ...args: unknown[]): void {
    expect(this.call(uri, method, ...args)).toBe('ok')
  }

  /** A call as root, which works. */
  root(section: string, method: string, ...args: unknown[]): void {
    expect(this.asRoot(section, method, ...args)).toEqual({ ok: null })
  }

  /** What a call as root came to. */
  asRoot(section: string, method: string, ...args: unknown[]): unknown {
    const { events } = this.chain.submit('//Alice', 'sudo', 'sudo', this.chain.call(section, method, ...args))
    return eventData<[unknown]>(events, 'sudo.Sudid')[0]
  }

  query(item: string, ...args: unknown[]): unknown {
    return this.chain.query('subtensorModule', item, ...args)
  }

  number(item: string, ...args: unknown[]): bigint {
    return big(this.query(item, ...args))
  }

  free(account: string): bigint {
    return big((this.chain.query('system', 'account', account) as { data: { free: unknown } }).data.free)
  }
}

/** A module error's name, as an outcome tells it. */
export const failure = (name: string): string => `subtensorModule.${name}`
