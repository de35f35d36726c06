import { TensorKitError } from '@tensorkit/core'
import { exportKey, revealSecret } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { createSecretFile } from '../wallet/secret-file.js'
import { type OtherPassword, type PasswordFlags, type Unlocking, unlocking } from '../wallet/unlocking.js'
import { atMostOne, type KeyFlags, keyOf, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

/** What `--secret` can be: each is printed as it is. */
export const exportedSecrets = ['mnemonic', 'seed', 'private-key', 'json'] as const
/** What `--format` can be: each is encrypted. */
export const exportFormats = ['polkadot-js', 'nacl'] as const

/** Options of `tensorkit wallet export`, as the command line gives them. */
export interface WalletExportFlags extends KeyFlags, PasswordFlags {
  readonly secret?: string
  readonly format?: string
  readonly out?: string
  readonly exportPasswordFile?: string
}

/** `tensorkit wallet export`: writes a key for another program, encrypted; or, asked by name, its secret. */
export async function walletExportCommand(flags: WalletExportFlags, context: CommandContext): Promise<void> {
  const { name, hotkey } = walletOf(flags)
  const key = keyOf(flags)
  const read = reader(flags)
  // Made first: nobody is asked for a password for nothing.
  const file = flags.out === undefined ? undefined : await createSecretFile(flags.out)
  let content: Uint8Array | undefined
  try {
    content = await unlocking(flags, context, read, exportPassword(flags))
    const { json, stdout } = context
    const facts = { name, ...(key === 'hotkey' && { hotkey }), key, kind: flags.secret ?? flags.format }
    if (file !== undefined) {
      await file.write(content)
      stdout.write(json ? jsonLine({ ...facts, file: flags.out }) : `Exported to ${flags.out}\n`)
    } else {
      const text = Buffer.from(content.buffer, content.byteOffset, content.length).toString('utf8')
      stdout.write(json ? jsonLine({ ...facts, content: text }) : `${text}\n`)
    }
  } catch (error) {
    await file?.discard()
    throw error
  } finally {
    content?.fill(0)
  }
}

function reader(flags: WalletExportFlags): (unlock: Unlocking) => Promise<Uint8Array> {
  const { secret, format, out } = flags
  atMostOne({ '--secret': secret, '--format': format })
  const what = { ...walletOf(flags), key: keyOf(flags) }
  const [revealed, exported] = [exportedSecrets.find((one) => one === secret), exportFormats.find((one) => one === format)]
  if (revealed === 'json') return (unlock) => exportKey({ ...what, ...unlock, format: 'json' })
  if (revealed !== undefined)
    return (unlock) => revealSecret({ ...what, ...unlock, form: revealed === 'private-key' ? 'privateKey' : revealed })
  if (exported === undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'It is not said what is to be exported', {
      remedy: `Give --format ${exportFormats.join('|')} (encrypted), or --secret ${exportedSecrets.join('|')} (as it is).`,
    })
  }
  if (exported === 'nacl' && out === undefined)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', '--format nacl is binary', { remedy: 'Give --out FILE.' })
  return ({ password, ...rest }) => exportKey({ ...what, ...rest, password, exportPassword: password, format: exported })
}

const exportPassword = ({ exportPasswordFile }: WalletExportFlags): OtherPassword => ({
  isFor: ({ key }) => key === 'export',
  option: '--export-password-file',
  file: exportPasswordFile,
  isOfWallet: false,
})
