import { createHash } from 'node:crypto'
import { UnlockQueue } from '../../packages/wallet/src/unlock/unlocker.js'

/**
 * Derives the key of a password once and remembers it: Bittensor's salts are the same for everybody, and a suite has many files under
 * one password. What is remembered was really derived.
 */
export class RememberingUnlocker extends UnlockQueue {
  readonly #keys = new Map<string, Promise<Uint8Array>>()

  override async derive(...[recipe, password, options]: Parameters<UnlockQueue['derive']>): Promise<Uint8Array> {
    const name = createHash('sha256').update(JSON.stringify(recipe)).update(password).digest('hex')
    const key = this.#keys.get(name) ?? super.derive(recipe, Uint8Array.from(password), options)
    this.#keys.set(name, key)
    password.fill(0)
    return Uint8Array.from(await key)
  }
}
