import { parseArgs } from 'node:util'
import { netUid, TensorKitError } from '@tensorkit/core'
import type { NeuronConfig } from './neuron-config.js'

/** Flag, environment variable, what it means. */
const settings = [
  ['chain', 'TENSORKIT_CHAIN', 'NAME|URL', 'the chain: finney, test, archive, local, or a ws: or wss: URL (local)'],
  ['netuid', 'TENSORKIT_NETUID', 'N', 'the subnet'],
  ['wallet.name', 'TENSORKIT_WALLET_NAME', 'NAME', 'the wallet (default)'],
  ['wallet.hotkey', 'TENSORKIT_WALLET_HOTKEY', 'NAME', 'its hotkey (default)'],
  ['wallet.path', 'TENSORKIT_WALLET_PATH', 'DIR', 'where wallets are kept (~/.bittensor/wallets)'],
  ['axon.host', 'TENSORKIT_AXON_HOST', 'IP', 'the address to listen on (127.0.0.1)'],
  ['axon.port', 'TENSORKIT_AXON_PORT', 'N', 'the port to listen on (8091)'],
  ['axon.external-host', 'TENSORKIT_AXON_EXTERNAL_HOST', 'IP', 'the address to publish, if it is another one'],
  ['axon.external-port', 'TENSORKIT_AXON_EXTERNAL_PORT', 'N', 'the port to publish, if it is another one'],
  ['axon.tls-key', 'TENSORKIT_AXON_TLS_KEY', 'FILE', 'the TLS key, made when absent (tls.pem where state is kept)'],
  ['insecure', 'TENSORKIT_INSECURE', '', 'plain text in place of TLS, served and called'],
  ['state', 'TENSORKIT_STATE', 'DIR', 'where scores and the TLS key are kept (in the directory of the wallet)'],
] as const

type Flag = (typeof settings)[number][0]

/** The flag that needs no value. */
const SWITCH: Flag = 'insecure'

/** Bittensor's customary port of an axon. */
const DEFAULT_AXON_PORT = 8091

/** Where {@link readNeuronConfig} reads. */
export interface ReadNeuronConfigOptions {
  /** Arguments of the program. @defaultValue `process.argv.slice(2)` */
  readonly argv?: readonly string[] | undefined
  /** @defaultValue `process.env` */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
}

/** A configuration, and the arguments that are not its. */
export interface ReadNeuronConfigResult extends NeuronConfig {
  /** The program's own arguments, in order. */
  readonly rest: readonly string[]
}

/** The flags, one a line, for a program's own help. */
export const neuronFlagsHelp: string = settings.map(([flag, , value, text]) => `  --${`${flag} ${value}`.padEnd(28)}${text}`).join('\n')

/**
 * Reads a neuron's configuration from the command line and the environment; a flag wins.
 *
 * Flags are `--chain`, `--netuid`, `--wallet.name`, `--wallet.hotkey`, `--wallet.path`, `--axon.host`, `--axon.port`,
 * `--axon.external-host`, `--axon.external-port`, `--axon.tls-key`, `--insecure`, `--state`; variables are the same in upper case, such as
 * `TENSORKIT_WALLET_NAME`. There is no flag for a secret.
 *
 * @throws CORE_INVALID_ARGUMENT for a value that is missing or wrong.
 */
export function readNeuronConfig(options: ReadNeuronConfigOptions = {}): ReadNeuronConfigResult {
  const { argv = process.argv.slice(2), env = process.env } = options
  const { values, rest } = readFlags(argv)
  const read = (flag: Flag): string | undefined =>
    values.get(flag) ?? (env[settings.find(([name]) => name === flag)?.[1] ?? ''] || undefined)
  const netuid = read('netuid')
  if (netuid === undefined)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The subnet is not given', { remedy: 'Give --netuid N or set TENSORKIT_NETUID.' })
  const externalPort = read('axon.external-port')
  return {
    chain: read('chain') ?? 'local',
    netuid: netUid(integer('netuid', netuid)),
    wallet: definedOf({ name: read('wallet.name'), hotkey: read('wallet.hotkey'), path: read('wallet.path') }),
    axon: {
      port: integer('axon.port', read('axon.port') ?? String(DEFAULT_AXON_PORT)),
      ...definedOf({ host: read('axon.host'), externalHost: read('axon.external-host'), tlsKey: read('axon.tls-key') }),
      ...(externalPort !== undefined && { externalPort: integer('axon.external-port', externalPort) }),
    },
    ...(isOn(read(SWITCH)) && { insecure: true }),
    ...definedOf({ stateDirectory: read('state') }),
    rest,
  }
}

function readFlags(argv: readonly string[]): { readonly values: ReadonlyMap<Flag, string>; readonly rest: readonly string[] } {
  const flags = Object.fromEntries(settings.map(([flag]) => [flag, { type: flag === SWITCH ? ('boolean' as const) : ('string' as const) }]))
  const { tokens } = parseArgs({ args: [...argv], options: flags, strict: false, allowPositionals: true, tokens: true })
  const values = new Map<Flag, string>()
  const own = new Set<number>()
  for (const token of tokens) {
    if (token.kind !== 'option' || !(token.name in flags)) continue
    if (token.value === undefined && token.name !== SWITCH)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', `--${token.name} needs a value`)
    values.set(token.name as Flag, token.value ?? 'true')
    own.add(token.index)
    if (token.inlineValue === false) own.add(token.index + 1)
  }
  return { values, rest: argv.filter((_, index) => !own.has(index)) }
}

function isOn(text: string | undefined): boolean {
  if (text === undefined || text === 'false' || text === '0') return false
  if (text === 'true' || text === '1') return true
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `--${SWITCH} is on or off: true or false`, { facts: { given: text.slice(0, 64) } })
}

function integer(name: string, text: string): number {
  if (/^\d{1,5}$/.test(text) && Number(text) <= 65_535) return Number(text)
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `--${name} must be an integer from 0 to 65535`, { facts: { given: text.slice(0, 64) } })
}

/** The entries that are not undefined. */
function definedOf<T extends Record<string, string | undefined>>(values: T): { [K in keyof T]?: string } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as { [K in keyof T]?: string }
}
