import { lstat, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { type SignatureScheme, type Ss58Address, TensorKitError, toTensorKitError } from '@tensorkit/core'
import { initCrypto } from '@tensorkit/core/crypto'
import { errnoOf, ioError } from './files/io-error.js'
import { assertRealDirectory, readKeyFile } from './files/read-key-file.js'
import { quoted, shellWord } from './files/shell-words.js'
import { abandonedStaging, readyPrefix, stagingPrefix } from './files/staging.js'
import { lockName, staleLockMs } from './files/wallet-lock.js'
import { isKeyName, type WalletPaths, walletPaths } from './files/wallet-paths.js'
import type { KeyFileEncryption } from './formats/key-cipher.js'
import { encryptionOf } from './formats/open-key-file.js'
import { parsePlainKey } from './formats/parse-plain-key.js'
import { wipeKey } from './formats/parsed-key.js'

/** What a key file is in its wallet. */
export type KeyFileRole = 'coldkey' | 'coldkeypub' | 'hotkey' | 'hotkeypub'

/** One key file of a wallet, without its secret. */
export interface KeyFileReport {
  readonly file: string
  readonly role: KeyFileRole
  /** The hotkey's name, or `coldkey`. */
  readonly name: string
  readonly encryption: KeyFileEncryption | 'none'
  /** The permissions, in octal: `0600`. Absent on Windows. */
  readonly mode?: string
  /** Absent where it cannot be told without the password. */
  readonly address?: Ss58Address
  readonly scheme?: SignatureScheme
}

/** Something that is wrong with a wallet; the error's remedy says what to run. */
export interface WalletProblem {
  readonly file: string
  /** An error keeps a key from being used; a warning does not. */
  readonly severity: 'error' | 'warning'
  readonly error: TensorKitError
}

/** What {@link inspectWallet} found. */
export interface WalletReport {
  readonly directory: string
  readonly files: readonly KeyFileReport[]
  readonly problems: readonly WalletProblem[]
}

const isPosix = process.platform !== 'win32'
const octal = (mode: number) => (mode & 0o7777).toString(8).padStart(4, '0')

class Inspection {
  readonly files: KeyFileReport[] = []
  readonly problems: WalletProblem[] = []
  readonly #paths: WalletPaths
  /** How the command line names the wallet. */
  readonly #wallet: string

  constructor(paths: WalletPaths, { name = 'default', path }: { readonly name?: string; readonly path?: string }) {
    this.#paths = paths
    this.#wallet = `--wallet ${shellWord(name)}${path === undefined ? '' : ` --wallet-path ${shellWord(path)}`}`
  }

  /** A command of the CLI about one key. */
  #command(verb: string, role: 'coldkey' | 'hotkey', name: string): string {
    return `wallet ${verb} ${this.#wallet} --key ${role}${role === 'hotkey' ? ` --hotkey ${shellWord(name)}` : ''}`
  }

  /** The command that writes a public file. */
  #regen(role: 'coldkey' | 'hotkey', name: string, address: string): string {
    return `${this.#command('regen', role, name)} --address ${address}`
  }

  warn(file: string, shortMessage: string, remedy: string): void {
    this.problems.push({
      file,
      severity: 'warning',
      error: new TensorKitError('WALLET_UNSAFE_FILE', shortMessage, { facts: { file }, remedy }),
    })
  }

  fail(file: string, error: unknown): void {
    const known = toTensorKitError(error, { code: 'WALLET_IO', shortMessage: 'A key file could not be read' })
    this.problems.push({ file, severity: 'error', error: known })
  }

  /** Directories that others can write to let them put another key there. */
  async directory(directory: string): Promise<void> {
    const stats = await lstat(directory).catch(() => undefined)
    if (stats === undefined) return
    if (!stats.isDirectory()) return this.fail(directory, await assertRealDirectory(directory).catch((error: unknown) => error))
    if (isPosix && (stats.mode & 0o077) !== 0)
      this.warn(directory, 'A wallet directory is open to other users', `Run: chmod 700 ${quoted(directory)}`)
  }

  /** @returns What the file is; undefined if there is none, or it cannot be read. */
  async file(file: string, role: KeyFileRole, name: string): Promise<KeyFileReport | undefined> {
    const isSecret = role === 'coldkey' || role === 'hotkey'
    try {
      const bytes = await readKeyFile(file, { isSecret })
      if (bytes === undefined) return undefined
      const { mode } = await lstat(file)
      const report = await this.#describe(bytes, { file, role, name, ...(isPosix && { mode: octal(mode) }) })
      this.files.push(report)
      return report
    } catch (error) {
      this.fail(file, error)
      return undefined
    }
  }

  async #describe(bytes: Buffer, known: Omit<KeyFileReport, 'encryption'>): Promise<KeyFileReport> {
    const { file, role, name } = known
    const encryption = encryptionOf(bytes)
    const key = role === 'coldkey' || role === 'coldkeypub' ? 'coldkey' : 'hotkey'
    const encrypt = `Run: tensorkit ${this.#command('encrypt', key, name)}`
    if (encryption === 'fernet' || encryption === 'ansible-vault')
      this.warn(file, `The ${role} is encrypted in a way that Bittensor gave up`, encrypt)
    if (encryption !== undefined) {
      bytes.fill(0)
      return { ...known, encryption }
    }
    try {
      const parsed = await parsePlainKey(bytes, file)
      const isSecret = parsed.pair !== undefined
      wipeKey(parsed)
      if (role === 'coldkey' && isSecret) this.warn(file, 'The coldkey is not encrypted', encrypt)
      if (!isSecret && (role === 'coldkey' || role === 'hotkey'))
        this.fail(file, new TensorKitError('WALLET_MALFORMED', `The ${role} file holds a public key only`, { facts: { file } }))
      if (isSecret && (role === 'coldkeypub' || role === 'hotkeypub'))
        this.warn(
          file,
          'A public key file holds a secret',
          `Run: mv ${quoted(file)} ${quoted(`${file}.secret`)} and tensorkit ${this.#regen(key, name, parsed.address)}`,
        )
      return { ...known, encryption: 'none', address: parsed.address, scheme: parsed.scheme }
    } finally {
      bytes.fill(0)
    }
  }

  /** A secret file and its public one. */
  async pair(secret: string, open: string, name: string, role: 'coldkey' | 'hotkey'): Promise<void> {
    const mine = await this.file(secret, role, name)
    const theirs = await this.file(open, `${role}pub`, name)
    if (mine?.address !== undefined && theirs?.address !== undefined && mine.address !== theirs.address) {
      const facts = { file: open, secret: mine.address, public: theirs.address }
      this.fail(open, new TensorKitError('WALLET_MALFORMED', `The ${role} and its public file are of different keys`, { facts }))
    }
    const missing = (await lstat(open).catch((error: unknown) => errnoOf(error))) === 'ENOENT'
    if (mine !== undefined && missing && role === 'coldkey')
      this.warn(open, 'The coldkey has no public file', `Run: tensorkit ${this.#regen(role, name, mine.address ?? '5…')}`)
  }

  async leftovers(): Promise<void> {
    const { root, wallet } = this.#paths
    for (const file of await abandonedStaging(root))
      this.warn(
        file,
        'A process that was killed left something behind, which may hold secret keys',
        `The next wallet that is made or opened there removes it; or run: rm -r ${quoted(file)}`,
      )
    for (const name of await readdir(wallet)) {
      const file = join(wallet, name)
      if (name.startsWith(stagingPrefix) || name.startsWith(readyPrefix))
        this.warn(
          file,
          'A process that was killed left something behind',
          `The next change to the wallet removes it; or run: rm -r ${quoted(file)}`,
        )
      if (name !== lockName) continue
      const stats = await lstat(file).catch(() => undefined)
      if (stats !== undefined && Date.now() - stats.mtimeMs > staleLockMs)
        this.warn(
          file,
          'A process that was killed left its lock',
          `The next change to the wallet removes it; or run: rmdir ${quoted(file)}`,
        )
    }
  }
}

/** Names of hotkeys that have a secret or a public file. */
async function hotkeyNames(directory: string): Promise<string[]> {
  try {
    const names = (await readdir(directory)).map((name) => name.replace(/pub\.txt$/, ''))
    return [...new Set(names)].filter(isKeyName).sort()
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return []
    throw ioError(error, 'The directory of the hotkeys could not be read', directory)
  }
}

/**
 * Looks a wallet over: what is in it, and what is wrong with it. No password is asked for, nothing is written.
 *
 * @throws WALLET_NOT_FOUND if there is no such wallet; CORE_INVALID_ARGUMENT for a name that is none. All else is a problem of the report.
 */
export async function inspectWallet(location: { readonly name?: string; readonly path?: string } = {}): Promise<WalletReport> {
  const paths = walletPaths(location)
  await initCrypto()
  const inspection = new Inspection(paths, location)
  const { files, problems } = inspection
  const report = { directory: paths.wallet, files, problems }
  const isThere = await lstat(paths.wallet).catch(() => undefined)
  if (isThere === undefined) await assertRealDirectory(paths.wallet)
  await inspection.directory(paths.wallet)
  if (!isThere?.isDirectory()) return report
  await inspection.directory(paths.hotkeys)
  try {
    await inspection.leftovers()
    await inspection.pair(paths.coldkey, paths.coldkeyPub, 'coldkey', 'coldkey')
    for (const name of await hotkeyNames(paths.hotkeys)) {
      const { hotkey, hotkeyPub } = walletPaths({ ...location, hotkey: name })
      await inspection.pair(hotkey, hotkeyPub, name, 'hotkey')
    }
  } catch (error) {
    inspection.fail(paths.wallet, error)
  }
  return report
}
