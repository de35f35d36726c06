import { noMetrics, silentLogger, systemClock, TensorKitError } from '@tensorkit/core'
import type { CallOptions, DendriteOptions } from './options.js'

/** {@link DendriteOptions}, complete and checked. */
export type ResolvedOptions = Required<Omit<DendriteOptions, 'directory' | 'concurrency' | 'nonceSlot'>> &
  Pick<DendriteOptions, 'directory' | 'concurrency' | 'nonceSlot'>

/** {@link CallOptions}, complete and checked. */
export interface ResolvedCall {
  readonly timeoutMs: number
  readonly maxReplyBytes: number
  readonly maxAttempts: number
}

const mebibyte = 1024 * 1024
const defaultAttempts = 2
/** The neurons of a subnet. */
const defaultConcurrency = 256
/** What a timer holds: 24.8 days. For more it would fire at once. */
const maxTimerMs = 0x7fffffff
const nonceSlots = 10_000

/** Fills in and checks. @throws CORE_INVALID_ARGUMENT for what makes no sense. */
export function resolveOptions(given: DendriteOptions): ResolvedOptions {
  const { directory } = given
  const options: ResolvedOptions = {
    signer: given.signer,
    ...(directory && { directory }),
    profile: given.profile ?? 'session',
    timeoutMs: given.timeoutMs ?? 12_000,
    insecure: given.insecure ?? false,
    allowPrivateAddresses: given.allowPrivateAddresses ?? false,
    ...(given.concurrency !== undefined && { concurrency: given.concurrency }),
    maxConcurrentCalls: given.maxConcurrentCalls ?? 1024,
    maxConcurrentCallsPerPeer: given.maxConcurrentCallsPerPeer ?? 128,
    maxMessageBytes: given.maxMessageBytes ?? 4 * mebibyte,
    maxReplyBytesInFlight: given.maxReplyBytesInFlight ?? 512 * mebibyte,
    maxChannels: given.maxChannels ?? 1024,
    receipts: given.receipts ?? 'never',
    ...(given.nonceSlot !== undefined && { nonceSlot: given.nonceSlot }),
    signatures: given.signatures ?? {},
    transport: given.transport ?? 'http2',
    clock: given.clock ?? systemClock,
    logger: given.logger ?? silentLogger,
    metrics: given.metrics ?? noMetrics,
  }
  const { profile, receipts, maxMessageBytes, nonceSlot } = options
  atLeastOne('timeoutMs', options.timeoutMs)
  atLeastOne('concurrency', options.concurrency)
  atLeastOne('maxConcurrentCalls', options.maxConcurrentCalls)
  atLeastOne('maxConcurrentCallsPerPeer', options.maxConcurrentCallsPerPeer)
  atLeastOne('maxMessageBytes', maxMessageBytes)
  atLeastOne('maxReplyBytesInFlight', options.maxReplyBytesInFlight)
  atLeastOne('maxChannels', options.maxChannels)
  if (maxMessageBytes > 32 * mebibyte) throw invalid('maxMessageBytes must not exceed 32 MiB', { maxMessageBytes })
  if (profile !== 'session' && profile !== 'btauth') throw invalid('The profile must be session or btauth')
  if (receipts !== 'always' && receipts !== 'never') throw invalid('receipts must be always or never')
  if (nonceSlot !== undefined && !(Number.isInteger(nonceSlot) && nonceSlot >= 0 && nonceSlot < nonceSlots)) {
    throw invalid('nonceSlot must be an integer from 0 to 9999', { nonceSlot: String(nonceSlot) })
  }
  if (directory === undefined && (profile === 'session' || receipts === 'always')) {
    throw invalid(
      'Sessions and receipts are signed for a subnet: give the dendrite a directory',
      undefined,
      'Pass the metagraph, a staticDirectory, or { genesisHash, netuid }.',
    )
  }
  if (directory !== undefined && !(/^[0-9a-f]{64}$/.test(directory.genesisHash) && Number.isInteger(directory.netuid))) {
    throw invalid('A directory has a genesis hash of 64 lower-case hex digits and a netuid')
  }
  return options
}

/** Fills in and checks what a call may override. @throws CORE_INVALID_ARGUMENT for a number that makes no sense. */
export function resolveCall(options: ResolvedOptions, given: CallOptions): ResolvedCall {
  const { timeoutMs = options.timeoutMs, maxReplyBytes = options.maxMessageBytes, maxAttempts = defaultAttempts } = given
  atLeastOne('timeoutMs', timeoutMs)
  atLeastOne('maxReplyBytes', maxReplyBytes)
  atLeastOne('maxAttempts', maxAttempts)
  return { timeoutMs: timerMs(timeoutMs), maxReplyBytes: Math.min(maxReplyBytes, options.maxMessageBytes), maxAttempts }
}

/**
 * How many calls of one query may be in flight: as asked, and no more than have room for their replies. Whoever waits for room beside
 * miners that hold theirs until their time is over gets no answer sooner, and keeps places that other calls need.
 */
export function queryConcurrency(options: ResolvedOptions, maxReplyBytes: number, asked = options.concurrency): number {
  const fitting = Math.max(1, Math.floor(options.maxReplyBytesInFlight / maxReplyBytes))
  return Math.min(asked ?? Math.min(defaultConcurrency, options.maxChannels), fitting, options.maxConcurrentCalls)
}

/** A time as far as a timer holds it. */
export function timerMs<T extends number | undefined>(ms: T): T | number {
  return ms !== undefined && ms > maxTimerMs && Number.isFinite(ms) ? maxTimerMs : ms
}

/** @throws CORE_INVALID_ARGUMENT if it is given and not a finite number from 1. */
export function atLeastOne(name: string, value: number | undefined): void {
  if (value === undefined || (Number.isFinite(value) && value >= 1)) return
  throw invalid(`${name} must be a finite number from 1`, { [name]: String(value) })
}

const invalid = (what: string, facts?: Readonly<Record<string, string | number>>, remedy?: string) =>
  new TensorKitError('CORE_INVALID_ARGUMENT', what, { ...(facts && { facts }), ...(remedy !== undefined && { remedy }) })
