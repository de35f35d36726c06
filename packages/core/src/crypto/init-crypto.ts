import { bridge, isReady, waitReady } from '@polkadot/wasm-crypto'
import { TensorKitError } from '../errors/tensorkit-error.js'
import { sr25519Engine } from './sr25519-engine.js'

/**
 * Compiles the sr25519 engines (WebAssembly, about 30 ms once a process).
 *
 * Await it once before the synchronous functions of this module are used with sr25519; calling it again costs nothing.
 * `signerFromUri` does it by itself, and ed25519 needs none.
 *
 * @throws CORE_INTERNAL if this runtime cannot run WebAssembly.
 */
export async function initCrypto(): Promise<void> {
  // The library would fall back to something slower or to nothing, and only print; we want to know.
  const [isStarted] = await Promise.all([waitReady().catch(() => false), sr25519Engine.start()])
  if (isStarted && bridge.type === 'wasm') return
  throw new TensorKitError('CORE_INTERNAL', 'The sr25519 engine could not be started', {
    remedy: 'TensorKit needs a runtime with WebAssembly; Node 20.19 or later has it.',
  })
}

/** Throws unless {@link initCrypto} was awaited. */
export function assertReady(): void {
  if (isReady()) return
  throw new TensorKitError('CORE_NOT_READY', 'The sr25519 engine is not started')
}
