import type { Storage } from '../../src/state/storage.js'

/** A Storage in a plain map, for tests of the runtime alone. */
export class MapStorage implements Storage {
  readonly entries = new Map<string, Uint8Array>()
  /** What was there before each write of the open layers; undefined where nothing was. */
  readonly #undo: [string, Uint8Array | undefined][] = []

  get(key: string): Uint8Array | undefined {
    return this.entries.get(key)
  }

  set(key: string, value: Uint8Array): void {
    this.#undo.push([key, this.entries.get(key)])
    this.entries.set(key, value)
  }

  delete(key: string): void {
    this.#undo.push([key, this.entries.get(key)])
    this.entries.delete(key)
  }

  keys(prefix: string): string[] {
    return [...this.entries.keys()].filter((key) => key.startsWith(prefix)).sort()
  }

  transactional<T>(body: () => T): T {
    const mark = this.#undo.length
    try {
      return body()
    } catch (error) {
      while (this.#undo.length > mark) {
        const [key, before] = this.#undo.pop() as [string, Uint8Array | undefined]
        if (before === undefined) this.entries.delete(key)
        else this.entries.set(key, before)
      }
      throw error
    }
  }
}
