import { open, rm } from 'node:fs/promises'
import { TensorKitError } from '@tensorkit/core'

/** A new file, readable by its owner alone, that something secret is about to be written to. */
export interface SecretFile {
  write(content: string | Uint8Array): Promise<void>
  /** Removes it again, unless it holds the whole secret. */
  discard(): Promise<void>
}

/**
 * Makes a file for a secret. One that exists is not touched.
 *
 * @throws WALLET_IO if it exists or cannot be made.
 */
export async function createSecretFile(file: string): Promise<SecretFile> {
  const failed = (cause: NodeJS.ErrnoException) =>
    new TensorKitError('WALLET_IO', 'The file for the secret cannot be written', {
      facts: { file, reason: cause.code },
      remedy: cause.code === 'EEXIST' ? 'Choose a file that does not exist.' : 'Check the path, its permissions, and the free space.',
    })
  const handle = await open(file, 'wx', 0o600).catch((cause: NodeJS.ErrnoException) => {
    throw failed(cause)
  })
  let isWhole = false
  return {
    async write(content) {
      try {
        await handle.writeFile(content)
        await handle.sync()
        isWhole = true
      } catch (cause) {
        throw failed(cause as NodeJS.ErrnoException)
      } finally {
        await handle.close()
      }
    },
    async discard() {
      await handle.close()
      if (!isWhole) await rm(file, { force: true })
    },
  }
}
