import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import { TensorKitError } from '@tensorkit/core'

/** What computes Argon2: WebAssembly, the native addon `sodium-native`, or whichever of the two is there. */
export type UnlockEngine = 'auto' | 'wasm' | 'native'

/** Bittensor's own parameters; every `$NACL` file is made with them. */
export const argon2Parameters = {
  salt: Uint8Array.from(Buffer.from('137183dff15a09bc9c90b5518739e9b1', 'hex')),
  // Those that libsodium calls "sensitive" for Argon2i, not the ones it exports, which are Argon2id's.
  opsLimit: 8,
  memLimitBytes: 512 * 1024 * 1024,
  keyBytes: 32,
} as const

interface Answer {
  readonly key?: Uint8Array
  readonly failure?: string
  readonly isMissing?: boolean
}

/** The worker's file stands beside the sources' folder of this module, and beside the build. */
function workerFile(): string {
  const file = fileURLToPath(new URL('./argon2-worker.mjs', import.meta.url))
  if (existsSync(file)) return file
  throw new TensorKitError('CORE_INTERNAL', 'The file of the unlocking thread is not beside the code', {
    remedy: 'Leave @tensorkit/wallet out of bundles.',
  })
}

function failed({ failure, isMissing }: Answer, engine: UnlockEngine): TensorKitError {
  if (engine === 'native' && isMissing === true) {
    return new TensorKitError('CORE_NOT_SUPPORTED', 'The native engine was asked for, and is not installed', {
      remedy: 'Install sodium-native, or leave the engine out.',
    })
  }
  return new TensorKitError('WALLET_UNLOCK_FAILED', 'The key of the password could not be computed', { facts: { failure } })
}

/** A key in the making, in a thread of its own. */
export interface KeyInTheMaking {
  /** The 32-byte key, a fresh copy. @throws WALLET_UNLOCK_FAILED, CORE_NOT_SUPPORTED. */
  readonly key: Promise<Uint8Array>
  /** Ends the thread. Native code is not interrupted: it ends when it is done. */
  stop(): void
  /** When the thread, and so its memory, is gone. Never rejects. */
  readonly ended: Promise<void>
}

/**
 * Starts to compute the key of a password, by Argon2i as Bittensor uses it: 512 MiB and seconds of one core.
 *
 * @param password - Moved to the thread: the caller's array is empty afterwards.
 */
export function startArgon2(password: Uint8Array<ArrayBuffer>, engine: UnlockEngine): KeyInTheMaking {
  // What the program was started with (loaders, inspectors, its environment) is nothing to this thread.
  const worker = new Worker(workerFile(), { execArgv: [], env: {}, stdin: false })
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
  const key = new Promise<Uint8Array>((resolve, reject) => {
    worker.once('message', (answer: Answer) => (answer.key === undefined ? reject(failed(answer, engine)) : resolve(answer.key)))
    // Out of memory and the like.
    worker.once('error', (error: unknown) => reject(failed({ failure: error instanceof Error ? error.name : 'unknown' }, engine)))
    worker.once('exit', () => reject(failed({ failure: 'the thread ended' }, engine)))
  })
  // Whoever stops it does not wait for it.
  key.catch(() => {})
  worker.postMessage({ engine, password, ...argon2Parameters }, [password.buffer])
  return { key, ended, stop: () => void worker.terminate() }
}
