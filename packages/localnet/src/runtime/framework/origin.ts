import { DispatchFailure } from './dispatch-failure.js'

/** Who calls. */
export type Origin = { readonly type: 'Root' } | { readonly type: 'Signed'; readonly who: string } | { readonly type: 'None' }

export const rootOrigin: Origin = { type: 'Root' }
export const noneOrigin: Origin = { type: 'None' }
export const signedOrigin = (who: string): Origin => ({ type: 'Signed', who })

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
