// The faster of two sr25519 engines, for the main thread and the pool's threads alike: plain JavaScript that imports nothing of ours.
import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'

/** SHA-256 of the one binary that our tests have compared with the established engine. */
const binarySha256 = 'a34bf2a7cc856cc02261372819c124d3a04c9e4d6ffeb6171fc3b6dc5c457998'

/** Longer messages are left to the established engine: a WebAssembly memory that has grown never shrinks. */
const maxMessageBytes = 65_536

/**
 * The `verify` of schnorrkel 0.11 in WebAssembly, alone: its JavaScript is not loaded, the binary is given no function that does anything, so
 * that it can reach nothing but the bytes it is handed, and no secret is among them.
 *
 * It traps where it cannot parse, and an instance that has trapped leaks. So it is asked only where every parse is known to succeed; if it
 * ever traps all the same, it is not asked again.
 */
export class FastSr25519 {
  #exports

  constructor(module) {
    const imports = {}
    for (const { module: from, name } of WebAssembly.Module.imports(module)) {
      imports[from] ??= {}
      imports[from][name] = refuse
    }
    this.#exports = new WebAssembly.Instance(module, imports).exports
  }

  get isUsable() {
    return this.#exports !== undefined
  }

  verify(publicKey, message, signature) {
    const engine = this.#exports
    // Marked as schnorrkel's, and s < 2^252 < L: what every honest signature is but one in 2^126, and what always parses.
    if (engine === undefined || (signature[63] & 0xf0) !== 0x80 || message.length > maxMessageBytes) return undefined
    try {
      // The engine frees what it is handed.
      const parts = [publicKey, message, signature].flatMap((bytes) => [copyIn(engine, bytes), bytes.length])
      return engine.sr25519_verify(...parts) !== 0
    } catch {
      this.#exports = undefined
      return undefined
    }
  }
}

/**
 * Loads the engine; undefined where its file is missing (a bundle) or is not the one that was tested: the established engine does it all then.
 */
export async function loadFastSr25519() {
  try {
    const require = createRequire(import.meta.url)
    const file = join(dirname(require.resolve('@polkadot-labs/schnorrkel-wasm')), 'schnorrkel_bg.wasm')
    const binary = await readFile(file)
    if (createHash('sha256').update(binary).digest('hex') !== binarySha256) return undefined
    return new FastSr25519(await WebAssembly.compile(binary))
  } catch {
    return undefined
  }
}

function copyIn(engine, bytes) {
  const at = engine.__wbindgen_malloc(bytes.length, 1) >>> 0
  // A view for each: the memory's buffer is another one after it has grown.
  new Uint8Array(engine.memory.buffer, at, bytes.length).set(bytes)
  return at
}

function refuse() {
  throw new Error('The sr25519 engine asked for something that verifying does not need')
}
