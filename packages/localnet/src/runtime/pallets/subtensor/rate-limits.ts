import type { ReadContext } from '../../framework/context.js'
import type { TypeOf } from '../../types/ty.js'
import { stake } from './storage/stake.js'
import { subnets } from './storage/subnets.js'
import type { rateLimitKey } from './types.js'

/** What a limit is counted for. */
export type RateLimitKey = TypeOf<typeof rateLimitKey>

export const networkLastRegistered: RateLimitKey = { type: 'NetworkLastRegistered', value: undefined }

/** Whether enough blocks have passed; the first time always passes. */
export const passes = (limit: bigint, last: bigint, now: number): boolean => last === 0n || BigInt(now) - last >= limit

/** Whether a subnet may be registered now. */
export const passesNetworkRateLimit = ({ db, block }: ReadContext): boolean =>
  passes(subnets.NetworkRateLimit.get(db), stake.LastRateLimitedBlock.get(db, networkLastRegistered), block.number)
