import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { type ErrorCode, TensorKitError } from '@tensorkit/core'
import { afterEach, beforeAll, beforeEach } from 'vitest'
import { UnlockQueue } from './unlock/unlocker.js'

const vector = (name: string) => JSON.parse(readFileSync(new URL(`../../../vectors/keyfile/${name}.json`, import.meta.url), 'utf8'))

/** Public values of key files: see vectors/keyfile/PROVENANCE.md. */
export const plain = vector('plain')
export const keyfiles = vector('keyfile')
export const subkey: Record<string, string> = plain.subkey_json.json
export const phrase = subkey.secretPhrase as string
export const address = subkey.ss58Address as string
export const bobAddress = '5FHneW46xGXgs5mUiveU4sbTyGBzmstUspZC92UhjJM694ty'
export const message = new TextEncoder().encode('hello')

/** A directory of its own for the test that runs; importing this module makes it. */
export let path: string
beforeAll(cryptoWaitReady)
beforeEach(async () => {
  path = await mkdtemp(join(tmpdir(), 'tensorkit-wallet-'))
})
afterEach(() => rm(path, { recursive: true, force: true }))

/** The TensorKitError that a promise is rejected with; anything else fails the test. */
export const rejection = async (promise: Promise<unknown>): Promise<TensorKitError> => {
  const error = await promise.then(
    () => new Error('nothing was thrown'),
    (thrown: unknown) => thrown,
  )
  if (TensorKitError.isInstance(error)) return error
  throw error
}

export const codeOf = async (promise: Promise<unknown>): Promise<ErrorCode> => (await rejection(promise)).code

/** Puts a hotkey file as another program would have written it. */
export async function placeHotkey(content: string | Uint8Array, { name = 'w', mode = 0o600 } = {}): Promise<string> {
  const directory = join(path, name, 'hotkeys')
  await mkdir(directory, { recursive: true, mode: 0o755 })
  const file = join(directory, 'default')
  await writeFile(file, content)
  await chmod(file, mode)
  return file
}

/** Files of the two ciphers that are only read, written by others. */
export const legacy = vector('legacy')

/** A queue whose derivations cost nothing: what is tested with it is everything around them. */
export class CheapUnlocker extends UnlockQueue {
  derivations = 0

  override async derive(...[recipe, password, { signal }]: Parameters<UnlockQueue['derive']>): Promise<Uint8Array> {
    this.derivations++
    const length = recipe.name === 'pbkdf2' ? recipe.keyBytes : 32
    const seed = createHash('sha512').update(recipe.name).update(password).digest()
    password.fill(0)
    if (signal?.aborted) throw new TensorKitError('CORE_ABORTED', 'Unlocking was aborted')
    return Uint8Array.from(Buffer.concat([seed, seed]).subarray(0, length))
  }
}
