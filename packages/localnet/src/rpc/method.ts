import type { Params } from './params.js'

/** Sends what a subscription has to tell. */
export type Notify = (result: unknown) => void

/** Resolves once the client has answered what it was told so far and asks nothing more; within a second in any case. */
export type Quiet = () => Promise<void>

/** Starts a subscription once its id is on its way to the client. @returns A function that stops it. */
export type Start = (notify: Notify, quiet: Quiet) => () => void

/** What a subscription method gives back. */
export interface Subscription {
  /** The name of the notifications. */
  readonly notification: string
  readonly start: Start
}

/** One JSON-RPC method. */
export type Method =
  | { readonly kind: 'call'; readonly handle: (params: Params, signal: AbortSignal) => unknown }
  | { readonly kind: 'subscribe'; readonly open: (params: Params) => Subscription }
  | { readonly kind: 'unsubscribe' }
  | { readonly kind: 'refused' }

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>

/** A method that answers once. */
export function call(handle: (params: Params, signal: AbortSignal) => unknown): Method {
  return { kind: 'call', handle }
}

/** A method that opens a subscription. */
export function subscribe(open: (params: Params) => Subscription): Method {
  return { kind: 'subscribe', open }
}

/** A method that ends a subscription. */
export const unsubscribe: Method = { kind: 'unsubscribe' }

/** A method that a Substrate node knows and the localnet does not model. */
export const refused: Method = { kind: 'refused' }
