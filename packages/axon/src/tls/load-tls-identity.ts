import { createPrivateKey, type KeyObject, randomBytes } from 'node:crypto'
import { constants } from 'node:fs'
import { link, open, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { makeDirectory } from '@tensorkit/core/node'
import { newTlsKey } from './new-tls-key.js'
import { type TlsIdentity, tlsIdentityOf } from './tls-identity.js'

const maxFileBytes = 64 * 1024

/** What {@link loadTlsIdentity} is given. */
export interface LoadTlsIdentityOptions {
  /** A PEM file: a P-256 private key (PKCS #8 or SEC 1), and perhaps its certificate. Made, with its directory, when absent. */
  readonly path: string
}

/**
 * Reads the TLS identity of a file, or makes one and keeps it there: mode 0600, never overwriting what is there.
 *
 * Replicas of one axon share the file; a restart with it keeps the pin of every caller.
 *
 * @throws AXON_TLS_KEY_UNSAFE if others than its owner can read the file, or it is no regular file; AXON_TLS_KEY_INVALID if it holds no
 * P-256 key; AXON_TLS_KEY_IO if it cannot be read or written.
 * @example
 * ```ts
 * const axon = createAxon({ signer, directory, port: 8091, tls: await loadTlsIdentity({ path: '/var/lib/miner/tls.pem' }) })
 * ```
 */
export async function loadTlsIdentity({ path }: LoadTlsIdentityOptions): Promise<TlsIdentity> {
  const present = await read(path)
  if (present !== undefined) return identityIn(present, path)
  const made = await tlsIdentityOf(newTlsKey())
  const text = `${made.privateKey.export({ type: 'pkcs8', format: 'pem' })}${made.certificatePem}`
  if (await write(path, text)) return made
  // Another process was first: theirs is the one.
  const theirs = await read(path)
  if (theirs === undefined) throw failure(path, new Error('the file comes and goes'))
  return identityIn(theirs, path)
}

function identityIn(pem: string, path: string): Promise<TlsIdentity> {
  let key: KeyObject
  try {
    key = createPrivateKey(pem)
  } catch {
    // The cause could quote the file.
    throw new TensorKitError('AXON_TLS_KEY_INVALID', 'The file holds no private key in PEM', { facts: { path } })
  }
  const certificate = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0]
  return tlsIdentityOf(key, certificate === undefined ? undefined : `${certificate}\n`)
}

/** @returns The file's text, or undefined if there is no file. */
async function read(path: string): Promise<string | undefined> {
  let file: Awaited<ReturnType<typeof open>>
  try {
    // Neither through a link nor from a pipe that never ends.
    file = await open(path, constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0))
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw code === 'ELOOP' ? unsafe(path, 'it is a symbolic link') : failure(path, cause)
  }
  try {
    const stats = await file.stat()
    if (!stats.isFile()) throw unsafe(path, 'it is no regular file')
    // Windows has no such modes.
    if (process.platform !== 'win32' && (stats.mode & 0o077) !== 0)
      throw unsafe(path, `its mode is 0${(stats.mode & 0o777).toString(8)}, not 0600`)
    const { uid } = stats
    if (process.getuid !== undefined && uid !== process.getuid()) throw unsafe(path, 'it belongs to another user')
    if (stats.size > maxFileBytes) throw new TensorKitError('AXON_TLS_KEY_INVALID', 'The file is too large for a key', { facts: { path } })
    return await file.readFile('utf8')
  } catch (cause) {
    throw TensorKitError.isInstance(cause) ? cause : failure(path, cause)
  } finally {
    await file.close()
  }
}

/** Puts a whole file in place, or nothing. @returns False if there was one meanwhile. */
async function write(path: string, text: string): Promise<boolean> {
  const whole = `${path}.${randomBytes(6).toString('hex')}`
  try {
    await makeDirectory(dirname(path))
    const file = await open(whole, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    // Unlike a rename, this never replaces a file.
    await link(whole, path)
    return true
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw failure(path, cause)
  } finally {
    await unlink(whole).catch(() => {})
  }
}

const unsafe = (path: string, reason: string) =>
  new TensorKitError('AXON_TLS_KEY_UNSAFE', 'The TLS key file is not safe to use', { facts: { path, reason } })
const failure = (path: string, cause: unknown) =>
  new TensorKitError('AXON_TLS_KEY_IO', 'The TLS key file cannot be read or written', {
    cause,
    facts: { path, reason: (cause as NodeJS.ErrnoException).code },
  })
