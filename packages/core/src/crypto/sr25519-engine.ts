import { sr25519Verify } from '@polkadot/wasm-crypto'
import { type FastSr25519, loadFastSr25519 } from './fast-sr25519.mjs'

/** Each takes about 100 bytes: twice the neurons of the largest subnets. */
const maxKnownKeys = 8192

const idOf = (publicKey: Uint8Array) => Buffer.from(publicKey.buffer, publicKey.byteOffset, publicKey.length).toString('latin1')

/**
 * Verifies sr25519 signatures with the faster engine where that is safe, and with the established one, @polkadot/wasm-crypto, elsewhere.
 *
 * The faster one must not be handed a key that is not a point. So a key is handed to it only after the established one has accepted a
 * signature under it; what nobody has proved to hold costs what it always did, and cannot reach the faster one.
 */
export class Sr25519Engine {
  #fast: FastSr25519 | undefined
  #isLoading: Promise<void> | undefined
  /** The keys, the one used last at the end. */
  readonly #known = new Set<string>()
  readonly #maxKnownKeys: number
  readonly #load: () => Promise<FastSr25519 | undefined>

  constructor(options: { readonly maxKnownKeys?: number; readonly load?: () => Promise<FastSr25519 | undefined> } = {}) {
    this.#maxKnownKeys = options.maxKnownKeys ?? maxKnownKeys
    this.#load = options.load ?? loadFastSr25519
  }

  /** Loads the faster engine, once; where it cannot be loaded, all is left to the established one. */
  start(): Promise<void> {
    this.#isLoading ??= this.#load().then((fast) => {
      this.#fast = fast
    })
    return this.#isLoading
  }

  /** Whether the faster engine is at work here. */
  get isFast(): boolean {
    return this.#fast?.isUsable ?? false
  }

  /** How many keys the faster engine may be handed. */
  get knownKeys(): number {
    return this.#known.size
  }

  /** Whether this key may be handed to the faster engine, here or in a thread. */
  isKnown(publicKey: Uint8Array): boolean {
    const id = idOf(publicKey)
    if (!this.#known.delete(id)) return false
    this.#known.add(id)
    return true
  }

  /** Says that the established engine has accepted a signature under this key. */
  learn(publicKey: Uint8Array): void {
    this.#known.add(idOf(publicKey))
    if (this.#known.size <= this.#maxKnownKeys) return
    const [oldest] = this.#known
    this.#known.delete(oldest as string)
  }

  /**
   * Whether a signature holds: what @polkadot/wasm-crypto answers.
   *
   * @param publicKey - 32 bytes.
   * @param signature - 64 bytes.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    if (this.isFast && this.isKnown(publicKey)) {
      const answer = this.#fast?.verify(publicKey, message, signature)
      if (answer !== undefined) return answer
    }
    const holds = sr25519Verify(signature, message, publicKey)
    if (holds) this.learn(publicKey)
    return holds
  }
}

/** The engine of this process, as @polkadot/wasm-crypto's is: nothing in it but code and public keys. */
export const sr25519Engine = new Sr25519Engine()
