import { pbkdf2, scrypt } from 'node:crypto'
import { type KeyInTheMaking, startArgon2, type UnlockEngine } from './argon2-thread.js'

/** How a key is made of a password. Argon2i is with Bittensor's own parameters. */
export type KeyRecipe =
  | { readonly name: 'argon2i' }
  | { readonly name: 'pbkdf2'; readonly salt: Uint8Array; readonly rounds: number; readonly keyBytes: number }
  | { readonly name: 'scrypt'; readonly salt: Uint8Array; readonly N: number; readonly p: number; readonly r: number }

/** Node's own derivations, on its pool of threads, where nothing can interrupt them. */
function deriveInPool(recipe: Exclude<KeyRecipe, { readonly name: 'argon2i' }>, password: Uint8Array): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const done = (error: Error | null, key: Buffer) => (error === null ? resolve(key) : reject(error))
    if (recipe.name === 'pbkdf2') return pbkdf2(password, recipe.salt, recipe.rounds, recipe.keyBytes, 'sha256', done)
    const { salt, N, p, r } = recipe
    // What it takes, and a little for its bookkeeping.
    scrypt(password, salt, 32, { N, p, r, maxmem: 128 * N * r + 128 * r * p + 1024 * 1024 }, done)
  })
}

/**
 * Starts to make a key.
 *
 * @param password - Taken over: it is wiped, or empty afterwards.
 */
export function startKey(recipe: KeyRecipe, password: Uint8Array<ArrayBuffer>, engine: UnlockEngine): KeyInTheMaking {
  if (recipe.name === 'argon2i') return startArgon2(password, engine)
  const key = deriveInPool(recipe, password)
    .then((bytes) => {
      const copy = Uint8Array.from(bytes)
      bytes.fill(0)
      return copy
    })
    .finally(() => password.fill(0))
  const ended = key.then(
    () => {},
    () => {},
  )
  return { key, ended, stop: () => {} }
}
