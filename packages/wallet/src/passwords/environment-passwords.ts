import { homedir } from 'node:os'
import { join } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { readKeyFile } from '../files/read-key-file.js'
import type { Password, PasswordSource } from './password.js'
import { passwordBytes } from './password.js'

/** What {@link environmentPasswords} takes. */
export interface EnvironmentPasswordsOptions {
  /** @defaultValue `process.env`, read when a password is wanted. */
  readonly env?: Readonly<Record<string, string | undefined>>
  /** A file that holds a password alone, readable by its owner only. @defaultValue the one that `BT_WALLET_PASSWORD_FILE` names. */
  readonly passwordFile?: string
}

/**
 * The variable that Bittensor keeps the password of a key file in: `BT_PW_` and the path, upper case, with `_` for `/` and `.`.
 *
 * @param file - The key file's path, exactly as the other program spells it: another spelling is another variable.
 */
export function environmentVariableFor(file: string): string {
  return `BT_PW_${file.replaceAll('/', '_').replaceAll('.', '_').toUpperCase()}`
}

/** XOR with the variable's name, over and over: its own inverse. */
function mask(bytes: Uint8Array, variable: string): Uint8Array {
  const key = new TextEncoder().encode(variable)
  return bytes.map((byte, index) => byte ^ (key[index % key.length] as number))
}

/**
 * A password as Bittensor puts it into the environment: base64 of its XOR with the variable's name.
 *
 * This hides it from a glance and from nobody else: whoever can read the environment of the process has the password.
 *
 * @param file - As for {@link environmentVariableFor}.
 * @throws CORE_INVALID_ARGUMENT for a password that is empty or longer than 1,024 bytes.
 */
export function obfuscatePassword(file: string, password: Password): string {
  const bytes = passwordBytes(password)
  if (bytes === undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A password cannot be empty')
  const masked = mask(bytes, environmentVariableFor(file))
  bytes.fill(0)
  return Buffer.from(masked).toString('base64')
}

const base64Shape = /^[A-Za-z0-9+/]+={0,2}$/

function unmasked(variable: string, value: string): Uint8Array {
  if (base64Shape.test(value) && value.length % 4 === 0) return mask(Buffer.from(value, 'base64'), variable)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', 'A variable with the password of a key file is malformed', {
    facts: { variable },
    remedy: 'Let Bittensor write it, or use BT_WALLET_PASSWORD or BT_WALLET_PASSWORD_FILE, which take the password as it is.',
  })
}

const whiteSpace = new Set([0x20, 0x09, 0x0a, 0x0d, 0x0b, 0x0c])

async function fromFile(path: string): Promise<Uint8Array> {
  const file = path === '~' || path.startsWith('~/') ? join(homedir(), path.slice(1)) : path
  const bytes = await readKeyFile(file, { isSecret: true })
  if (bytes === undefined) throw new TensorKitError('WALLET_NOT_FOUND', 'There is no such password file', { facts: { file } })
  let [start, end] = [0, bytes.length]
  while (end > start && whiteSpace.has(bytes[end - 1] as number)) end--
  while (start < end && whiteSpace.has(bytes[start] as number)) start++
  const password = Uint8Array.from(bytes.subarray(start, end))
  bytes.fill(0)
  return password
}

/**
 * Passwords from the environment, in Bittensor's order: `BT_WALLET_PASSWORD`; the key file's own `BT_PW_…`; the file that
 * `passwordFile` or `BT_WALLET_PASSWORD_FILE` names.
 *
 * All three are for machines that start without a person. The first two are weak: every process of the same user can read
 * the environment, and crash reports take it along. A file of 0600 is better, a prompt better still.
 *
 * @throws (when asked) WALLET_NOT_FOUND, WALLET_UNSAFE_FILE for a password file that others can read, CORE_INVALID_ARGUMENT for a
 * variable that is malformed.
 *
 * Source: Bittensor v11, `sdk/python/bittensor/wallets.py`, `resolve_wallet_password`.
 */
export function environmentPasswords({ env, passwordFile }: EnvironmentPasswordsOptions = {}): PasswordSource {
  return async ({ file, key }) => {
    const variables = env ?? process.env
    const forAll = variables.BT_WALLET_PASSWORD
    if (forAll) return forAll
    const variable = environmentVariableFor(file)
    const own = key === 'import' || key === 'export' ? undefined : variables[variable]
    if (own) return unmasked(variable, own)
    const path = passwordFile ?? variables.BT_WALLET_PASSWORD_FILE
    return path ? await fromFile(path) : undefined
  }
}
