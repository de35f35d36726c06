import { noMetrics, silentLogger, systemClock, TensorKitError } from '@tensorkit/core'
import type { DendriteOptions } from './options.js'

/** {@link DendriteOptions}, complete and checked. */
export type ResolvedOptions = Required<DendriteOptions>

const mebibyte = 1024 * 1024

/** Fills in and checks. @throws CORE_INVALID_ARGUMENT for a number that makes no sense. */
export function resolveOptions(given: DendriteOptions): ResolvedOptions {
  const options: ResolvedOptions = {
    signer: given.signer,
    timeoutMs: given.timeoutMs ?? 12_000,
    insecure: given.insecure ?? false,
    allowPrivateAddresses: given.allowPrivateAddresses ?? false,
    concurrency: given.concurrency ?? 128,
    maxMessageBytes: given.maxMessageBytes ?? 4 * mebibyte,
    maxReplyBytesInFlight: given.maxReplyBytesInFlight ?? 512 * mebibyte,
    maxChannels: given.maxChannels ?? 1024,
    clock: given.clock ?? systemClock,
    logger: given.logger ?? silentLogger,
    metrics: given.metrics ?? noMetrics,
  }
  atLeastOne('timeoutMs', options.timeoutMs)
  atLeastOne('concurrency', options.concurrency)
  atLeastOne('maxMessageBytes', options.maxMessageBytes)
  atLeastOne('maxReplyBytesInFlight', options.maxReplyBytesInFlight)
  atLeastOne('maxChannels', options.maxChannels)
  if (options.maxMessageBytes > 32 * mebibyte) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'maxMessageBytes must not exceed 32 MiB', {
      facts: { maxMessageBytes: options.maxMessageBytes },
    })
  }
  return options
}

/** @throws CORE_INVALID_ARGUMENT if it is not a finite number from 1. */
export function atLeastOne(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 1) return
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${name} must be a finite number from 1`, { facts: { [name]: String(value) } })
}
