import { TensorKitError } from '@tensorkit/core'
import type { Peer } from '../peers/peer.js'

const waits = {
  place: 'there was a place for it among the calls in flight',
  connection: 'there was a connection to the axon',
  session: 'there was a session with the axon',
  signature: 'it was signed',
  certificate: 'the axon had shown its certificate',
  retry: 'it could be made again',
} as const

/** What a call may wait for before it goes out. */
export type WaitedFor = keyof typeof waits

/** A call whose time was over before it went out: the axon got nothing of it, and is not to blame. */
export const lateError = (
  { hotkey, address }: Pick<Peer, 'hotkey' | 'address'>,
  { waitedFor, method }: { readonly waitedFor: WaitedFor; readonly method?: string | undefined },
): TensorKitError =>
  new TensorKitError('DENDRITE_TIMEOUT', `The time of the call was over before ${waits[waitedFor]}`, {
    facts: { hotkey, address, method, waitedFor },
  })
