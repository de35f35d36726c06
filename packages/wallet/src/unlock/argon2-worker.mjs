// Runs in a worker thread that lives for one key: plain JavaScript, from the sources and from the build alike. Its 512 MiB go when it ends.
import { parentPort } from 'node:worker_threads'

/** libsodium as a native addon, if it is installed and wanted. */
async function native(engine) {
  if (engine === 'wasm') return undefined
  try {
    return (await import('sodium-native')).default
  } catch (error) {
    if (engine === 'native') throw error
    return undefined
  }
}

parentPort.once('message', async ({ engine, password, salt, opsLimit, memLimitBytes, keyBytes }) => {
  let answer
  try {
    const addon = await native(engine)
    let key
    if (addon === undefined) {
      const { default: sodium } = await import('libsodium-wrappers-sumo')
      await sodium.ready
      key = sodium.crypto_pwhash(keyBytes, password, salt, opsLimit, memLimitBytes, sodium.crypto_pwhash_ALG_ARGON2I13)
    } else {
      // In memory of its own: a Buffer of the pool cannot be moved.
      const out = Buffer.from(new ArrayBuffer(keyBytes))
      addon.crypto_pwhash(out, Buffer.from(password.buffer), Buffer.from(salt), opsLimit, memLimitBytes, addon.crypto_pwhash_ALG_ARGON2I13)
      key = out
    }
    answer = { key: Uint8Array.from(key), engine: addon === undefined ? 'wasm' : 'native' }
    key.fill(0)
  } catch (error) {
    // Only what kind of thing went wrong: the text is the library's.
    answer = {
      failure: error instanceof Error ? error.name : 'unknown',
      isMissing: error?.code === 'ERR_MODULE_NOT_FOUND' || error?.code === 'MODULE_NOT_FOUND',
    }
  }
  password.fill(0)
  parentPort.postMessage(answer, answer.key === undefined ? [] : [answer.key.buffer])
  parentPort.close()
})
