import { TensorKitError } from '@tensorkit/core'
import type { Peer } from '../peers/peer.js'

const texts = {
  place: 'There was no place for the call in time',
  connection: 'There was no connection to the axon in time, or no room on it',
  session: 'There was no session with the axon in time',
  signature: 'The call was not signed in time',
  certificate: 'The axon did not show its certificate in time',
  retry: 'There was no time to make the call again',
} as const

/** What a call may wait for before it goes out. */
export type WaitedFor = keyof typeof texts

/** A call whose time was over before it went out, or before it could be made again. */
export const lateError = (
  { hotkey, uid, address }: Pick<Peer, 'hotkey' | 'uid' | 'address'>,
  { waitedFor, method }: { readonly waitedFor: WaitedFor; readonly method?: string | undefined },
): TensorKitError =>
  new TensorKitError('DENDRITE_TIMEOUT', texts[waitedFor], {
    facts: { hotkey, uid, address, method, waitedFor },
    remedy: 'Give the call more time, or find out what keeps it.',
  })

/** A call of a round that was over first, whether it went out or not. */
export const roundOver = (roundTimeoutMs: number): TensorKitError =>
  new TensorKitError('DENDRITE_TIMEOUT', 'The round was over before the axon answered', { facts: { roundTimeoutMs } })
