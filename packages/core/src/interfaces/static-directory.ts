import { TensorKitError } from '../errors/tensorkit-error.js'
import { blockNumber, netUid, uid } from '../identity/brands.js'
import { ss58Address } from '../ss58/ss58.js'
import type { NeuronDirectory, NeuronEntry } from './neuron-directory.js'

/** What {@link staticDirectory} takes. */
export interface StaticDirectoryOptions {
  /** The subnet. */
  readonly netuid: number
  /** The chain's genesis hash: 64 lower-case hex digits, without 0x. It is signed, so that it must be the real one. */
  readonly genesisHash: string
  readonly neurons: readonly StaticNeuron[]
  /**
   * The block that the list stands for.
   *
   * @defaultValue 0: no block in particular.
   */
  readonly block?: number
}

/** One neuron of a {@link staticDirectory}: as {@link NeuronEntry}, in plain numbers and strings, with defaults. */
export interface StaticNeuron {
  readonly uid: number
  /** SS58 with prefix 42. */
  readonly hotkey: string
  /**
   * SS58 with prefix 42.
   *
   * @defaultValue the hotkey, for lists where the owner does not matter.
   */
  readonly coldkey?: string
  /** @defaultValue `sr25519`, the scheme of nearly all hotkeys. */
  readonly scheme?: NeuronEntry['scheme']
  /** @defaultValue false, so that a forgotten permit refuses. */
  readonly validatorPermit?: boolean
  /** In rao. @defaultValue 0n */
  readonly stake?: bigint
  readonly axon?: NeuronEntry['axon']
  readonly certificate?: NeuronEntry['certificate']
}

/** What the chain keeps of a TLS key at most. */
const MAX_KEY_BYTES = 64

/**
 * A directory from a list, which never ages: for tests, private subnets, and miners without a chain.
 *
 * @throws CORE_INVALID_ARGUMENT for a uid or hotkey that occurs twice, a bad netuid, uid, port, stake, certificate or genesis hash;
 * CORE_ADDRESS_INVALID for a bad address.
 * @example
 * ```ts
 * const directory = staticDirectory({
 *   netuid: 1,
 *   genesisHash: '2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03',
 *   neurons: [{ uid: 0, hotkey: '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY', validatorPermit: true }],
 * })
 * ```
 */
export function staticDirectory(options: StaticDirectoryOptions): NeuronDirectory {
  const { genesisHash, neurons, block = 0 } = options
  if (typeof genesisHash !== 'string' || !/^[0-9a-f]{64}$/.test(genesisHash))
    throw invalid('The genesis hash must be 64 lower-case hex digits, without 0x')
  const entries = neurons.map(toEntry).sort((a, b) => a.uid - b.uid)
  const byHotkey = new Map<string, NeuronEntry>()
  for (const [index, entry] of entries.entries()) {
    if (entries[index - 1]?.uid === entry.uid) throw invalid('A uid occurs twice', { uid: entry.uid })
    if (byHotkey.has(entry.hotkey)) throw invalid('A hotkey occurs twice', { uid: entry.uid, hotkey: entry.hotkey })
    byHotkey.set(entry.hotkey, entry)
  }
  Object.freeze(entries)
  return Object.freeze({
    netuid: netUid(options.netuid),
    genesisHash,
    block: blockNumber(block),
    syncedAtMs: Number.POSITIVE_INFINITY,
    get: (hotkey: string) => byHotkey.get(hotkey),
    all: () => entries,
  })
}

function toEntry(neuron: StaticNeuron): NeuronEntry {
  const { hotkey, coldkey = hotkey, scheme = 'sr25519', validatorPermit = false, stake = 0n, axon, certificate } = neuron
  if (scheme !== 'sr25519' && scheme !== 'ed25519') throw invalid('A scheme must be sr25519 or ed25519', { uid: neuron.uid })
  if (typeof validatorPermit !== 'boolean') throw invalid('validatorPermit must be a boolean', { uid: neuron.uid })
  if (typeof stake !== 'bigint' || stake < 0n) throw invalid('A stake must be a bigint in rao, from 0', { uid: neuron.uid })
  if (axon && !(typeof axon.host === 'string' && axon.host && Number.isInteger(axon.port) && axon.port >= 1 && axon.port <= 0xffff)) {
    throw invalid('An axon must have a host and a port from 1 to 65535', { uid: neuron.uid })
  }
  if (certificate && !isCertificate(certificate)) {
    throw invalid('A certificate must have an algorithm from 0 to 255 and a key of at most 64 bytes', { uid: neuron.uid })
  }
  return Object.freeze({
    uid: uid(neuron.uid),
    hotkey: ss58Address(hotkey),
    coldkey: ss58Address(coldkey),
    scheme,
    validatorPermit,
    stake,
    ...(axon && { axon: Object.freeze({ host: axon.host, port: axon.port }) }),
    ...(certificate && {
      certificate: Object.freeze({ algorithm: certificate.algorithm, publicKey: Uint8Array.from(certificate.publicKey) }),
    }),
  })
}

const isCertificate = ({ algorithm, publicKey }: NonNullable<NeuronEntry['certificate']>): boolean =>
  Number.isInteger(algorithm) && algorithm >= 0 && algorithm <= 0xff && publicKey instanceof Uint8Array && publicKey.length <= MAX_KEY_BYTES

const invalid = (what: string, facts?: Readonly<Record<string, string | number>>) =>
  new TensorKitError('CORE_INVALID_ARGUMENT', what, { ...(facts && { facts }) })
