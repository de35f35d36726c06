import { DispatchFailure } from './dispatch-failure.js'
import type { RuntimeCall } from './runtime-call.js'

/** Who calls. `allows` narrows what a signed origin may call, such as a proxy's. */
export type Origin =
  | { readonly type: 'Root' }
  | { readonly type: 'Signed'; readonly who: string; readonly allows?: (call: RuntimeCall) => boolean }
  | { readonly type: 'None' }

export const rootOrigin: Origin = { type: 'Root' }
export const noneOrigin: Origin = { type: 'None' }
export const signedOrigin = (who: string): Origin => ({ type: 'Signed', who })

/** The origin with one more rule: a call must pass all of them. Root passes every rule. */
export function withFilter(origin: Origin, allows: (call: RuntimeCall) => boolean): Origin {
  if (origin.type !== 'Signed') return origin
  const { allows: before } = origin
  return { ...origin, allows: before ? (call) => before(call) && allows(call) : allows }
}

/** The signer's account as hex; ends the call with `BadOrigin` for any other origin. */
export function ensureSigned(origin: Origin): string {
  if (origin.type !== 'Signed') throw new DispatchFailure({ type: 'BadOrigin', value: undefined })
  return origin.who
}

/** Ends the call with `BadOrigin` unless the origin is root. */
export function ensureRoot(origin: Origin): void {
  if (origin.type !== 'Root') throw new DispatchFailure({ type: 'BadOrigin', value: undefined })
}

/** Ends the call with `BadOrigin` unless nobody signed: inherents. */
export function ensureNone(origin: Origin): void {
  if (origin.type !== 'None') throw new DispatchFailure({ type: 'BadOrigin', value: undefined })
}
