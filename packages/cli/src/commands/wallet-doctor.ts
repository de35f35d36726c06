import { TensorKitError, toTensorKitError } from '@tensorkit/core'
import { environmentPasswords, inspectWallet, listWallets, type WalletProblem } from '@tensorkit/wallet'
import { jsonLine } from '../output/format.js'
import { type WalletFlags, walletOf } from '../wallet/wallet-flags.js'
import type { CommandContext } from './command-context.js'

const weakness = 'Every process of this user can read it, and crash reports take it along.'

/**
 * `tensorkit wallet doctor`: looks for what is wrong or weak in wallets and in how passwords are given, and says what cures it. It changes
 * nothing and asks no password.
 *
 * @returns 1 if something is wrong, 0 if nothing is or if it is only weak.
 */
export async function walletDoctorCommand(flags: WalletFlags, context: CommandContext): Promise<number> {
  const { stdout, json, env = {} } = context
  const { name, path } = walletOf(flags)
  const isNamed = (flags.wallet ?? flags.walletName ?? flags.name) !== undefined
  const place = path === undefined ? {} : { path }
  const names = isNamed ? [name] : (await listWallets(place)).map((wallet) => wallet.name)
  const problems: WalletProblem[] = []
  for (const one of names) problems.push(...(await inspectWallet({ ...place, name: one })).problems)
  problems.push(...(await environmentProblems(env)))
  const hasErrors = problems.some(({ severity }) => severity === 'error')
  if (json) {
    const found = problems.map(({ file, severity, error }) => ({
      file,
      severity,
      code: error.code,
      message: error.shortMessage,
      remedy: error.remedy,
    }))
    stdout.write(jsonLine({ wallets: names, problems: found }))
  } else {
    for (const { file, severity, error } of problems)
      stdout.write(`${severity}: ${error.shortMessage}\n  ${file}\n${error.remedy ? `  ${error.remedy}\n` : ''}`)
    const checked = `${names.length} ${names.length === 1 ? 'wallet' : 'wallets'} checked`
    stdout.write(problems.length === 0 ? `${checked}: all is well\n` : `${checked}: ${problems.length} to look at\n`)
  }
  return hasErrors ? 1 : 0
}

/** Passwords in the environment: weak, and wrong where a file is named that cannot be used. */
async function environmentProblems(env: Readonly<Record<string, string | undefined>>): Promise<WalletProblem[]> {
  const problems: WalletProblem[] = []
  const warn = (variable: string, shortMessage: string) =>
    problems.push({
      file: variable,
      severity: 'warning',
      error: new TensorKitError('WALLET_UNSAFE_FILE', shortMessage, { remedy: passwordRemedy(variable) }),
    })
  for (const [variable, value] of Object.entries(env)) {
    if (!value) continue
    if (variable === 'BT_WALLET_PASSWORD') warn(variable, `A password lies open in the environment. ${weakness}`)
    else if (variable.startsWith('BT_PW_'))
      warn(variable, `A password lies in the environment, masked with its variable's own name. ${weakness}`)
  }
  const file = env.BT_WALLET_PASSWORD_FILE
  if (!file) return problems
  try {
    // As it would be read in earnest.
    const password = await environmentPasswords({ env: { BT_WALLET_PASSWORD_FILE: file } })({ purpose: 'unlock', key: 'import', file: '' })
    if (password instanceof Uint8Array) password.fill(0)
  } catch (cause) {
    const error = toTensorKitError(cause, { code: 'WALLET_IO', shortMessage: 'The file of BT_WALLET_PASSWORD_FILE cannot be read' })
    problems.push({ file, severity: 'error', error })
  }
  return problems
}

const passwordRemedy = (variable: string) =>
  `unset ${variable}; put the password into a file that you alone can read, and name it in BT_WALLET_PASSWORD_FILE`
