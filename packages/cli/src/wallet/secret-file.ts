import { open, rm } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'

/** A new file, readable by its owner alone, that something secret is about to be written to. */
export interface SecretFile {
  write(content: string | Uint8Array): Promise<void>
  /** Removes it again. */
  discard(): Promise<void>
}

/**
 * Makes a file for a secret. One that exists is not touched.
 *
 * @throws WALLET_IO if it exists or cannot be made.
 */
export async function createSecretFile(file: string): Promise<SecretFile> {
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw new TensorKitError('WALLET_IO', 'The file for the secret cannot be made', {
      facts: { file, reason: cause.code },
      remedy: cause.code === 'EEXIST' ? 'Choose a file that does not exist.' : 'Check the path and its permissions.',
    })
  })
  return {
    async write(content) {
      await handle.writeFile(content)
      await handle.sync()
      await handle.close()
    },
    async discard() {
      await handle.close()
      await rm(file, { force: true })
    },
  }
}
