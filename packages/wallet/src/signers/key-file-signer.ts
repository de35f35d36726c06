import { decodeSs58, type SignatureScheme, type Signer, type Ss58Address, TensorKitError } from '@tensorkit/core'
import { initCrypto, type LocalSigner, signerFromKeyPair } from '@tensorkit/core/crypto'
import { publicFileOf, readPublicKey, readSecretKey, secretFileOf } from '../files/read-key.js'
import { assertRealDirectory, readKeyFile } from '../files/read-key-file.js'
import { type WalletLocation, walletPaths } from '../files/wallet-paths.js'
import { recoverIfLeft } from '../files/write-key-files.js'
import { encryptionOf } from '../formats/open-key-file.js'
import type { ParsedKey } from '../formats/parsed-key.js'
import { derivationOptions, type UnlockOptions } from '../unlock/unlock-options.js'
import type { WalletKey } from '../wallet-key.js'

/** What {@link keyFileSigner} takes. */
export interface KeyFileSignerOptions extends WalletLocation, UnlockOptions {
  /** @defaultValue `hotkey` */
  readonly key?: WalletKey
}

/** A signer whose secret stays in its file until it is needed. */
export interface KeyFileSigner extends Signer {
  readonly isUnlocked: boolean
  /** Signs; unlocks first, by the options that the signer was made with, if it is locked. */
  sign(message: Uint8Array): Promise<Uint8Array>
  /** Reads the secret now. @throws as `openWallet`. */
  unlock(options?: UnlockOptions): Promise<void>
  /** Forgets the secret: it is overwritten. The next signature unlocks again. */
  lock(): void
  [Symbol.dispose](): void
}

interface Opened {
  readonly signer: LocalSigner
  readonly wipe: () => void
}

class LazySigner implements KeyFileSigner {
  readonly address: Ss58Address
  readonly publicKey: Uint8Array
  readonly scheme: SignatureScheme
  readonly #read: (options: UnlockOptions) => Promise<Opened>
  readonly #options: UnlockOptions
  // One unlock at a time: all that sign meanwhile wait for it.
  #opening: Promise<Opened> | undefined
  #opened: Opened | undefined

  constructor(known: Pick<ParsedKey, 'address' | 'scheme'>, options: UnlockOptions, read: (options: UnlockOptions) => Promise<Opened>) {
    this.address = known.address
    this.publicKey = decodeSs58(known.address)
    this.scheme = known.scheme
    this.#options = options
    this.#read = read
  }

  get isUnlocked(): boolean {
    return this.#opened !== undefined
  }

  // An own property, so that it also works unbound, as that of other signers does.
  readonly sign = async (message: Uint8Array): Promise<Uint8Array> => {
    const { signer } = this.#opened ?? (await this.#open(this.#options))
    return signer.sign(message)
  }

  async unlock(options: UnlockOptions = {}): Promise<void> {
    if (this.#opened === undefined) await this.#open({ ...this.#options, ...options })
  }

  lock(): void {
    this.#opened?.wipe()
    this.#opened = undefined
    // One that is under way wipes what it reads.
    this.#opening = undefined
  }

  [Symbol.dispose](): void {
    this.lock()
  }

  #open(options: UnlockOptions): Promise<Opened> {
    if (this.#opening !== undefined) return this.#opening
    const opening: Promise<Opened> = this.#read(options).then(
      (opened) => {
        if (this.#opening !== opening) {
          opened.wipe()
          throw new TensorKitError('CORE_ABORTED', 'The key was locked again before it was open')
        }
        this.#opened = opened
        this.#opening = undefined
        return opened
      },
      (error: unknown) => {
        if (this.#opening === opening) this.#opening = undefined
        throw error
      },
    )
    this.#opening = opening
    return opening
  }
}

/** The address and scheme of a key, without its password. */
async function knownOf(secretFile: string, publicFile: string, key: WalletKey): Promise<Pick<ParsedKey, 'address' | 'scheme'>> {
  const known = await readPublicKey(publicFile)
  if (known !== undefined) return known
  // Older wallets have no public file of a hotkey; one that is not encrypted tells by itself.
  const bytes = await readKeyFile(secretFile, { isSecret: true })
  if (bytes === undefined)
    throw new TensorKitError('WALLET_NOT_FOUND', `The wallet has no such ${key} on this machine`, { facts: { file: secretFile } })
  const isEncrypted = encryptionOf(bytes) !== undefined
  bytes.fill(0)
  if (isEncrypted) {
    throw new TensorKitError('WALLET_NOT_FOUND', `The encrypted ${key} has no public file, so that its address is not known`, {
      facts: { file: publicFile },
      remedy: 'Write it with `tensorkit wallet regen`, or open the wallet with openWallet() instead.',
    })
  }
  const { address, scheme, pair, seed } = await readSecretKey(secretFile, key)
  pair.wipe()
  seed?.fill(0)
  return { address, scheme }
}

/**
 * A signer over a key file that is unlocked at the first signature, and can be locked again.
 *
 * The address is read now, from the public file, so that a wrong name is told now. Signatures asked for while the key is being unlocked
 * wait for it.
 *
 * @throws WALLET_NOT_FOUND, WALLET_MALFORMED, WALLET_UNSAFE_FILE, WALLET_IO. `sign` and `unlock` reject as `openWallet` does, and with
 * WALLET_MALFORMED if the secret is of another key than the public file.
 * @example
 * ```ts
 * const signer = await keyFileSigner({ name: 'miner', key: 'coldkey', password: promptPasswords() })
 * ```
 */
export async function keyFileSigner(options: KeyFileSignerOptions = {}): Promise<KeyFileSigner> {
  const { key = 'hotkey', password } = options
  const paths = walletPaths(options)
  const file = secretFileOf(paths, key)
  await initCrypto()
  await assertRealDirectory(paths.wallet)
  await recoverIfLeft(paths)
  if (key === 'hotkey') await assertRealDirectory(paths.hotkeys)
  const known = await knownOf(file, publicFileOf(paths, key), key)
  const unlock: UnlockOptions = { ...derivationOptions(options), ...(password !== undefined && { password }) }
  return new LazySigner(known, unlock, async (how) => {
    const { pair, seed, address } = await readSecretKey(file, key, how)
    seed?.fill(0)
    if (address === known.address) return { signer: signerFromKeyPair(pair), wipe: () => pair.wipe() }
    pair.wipe()
    throw new TensorKitError('WALLET_MALFORMED', `The ${key} file is of another key than its public file`, {
      facts: { file, expected: known.address },
    })
  })
}
