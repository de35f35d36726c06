import type { Params } from './params.js'

/** Sends what a subscription has to tell. */
export type Notify = (result: unknown) => void

/** Resolves once the client has answered what it was told so far and asks nothing more; within a second in any case. */
export type Quiet = () => Promise<void>

/** An open subscription, as its method sees it. */
export interface Stream {
  /** What the client knows it by. */
  readonly id: string
  readonly notify: Notify
  readonly quiet: Quiet
  /** Ends the subscription from this side: its place is free, and nothing more is told. */
  readonly end: () => void
}

/** Starts a subscription once its id is on its way to the client. @returns A function that stops it. */
export type Start = (stream: Stream) => () => void

/** Who made a request. */
export interface Caller {
  /** Aborted when the connection ends. */
  readonly signal: AbortSignal
  /** The same object for every request of one connection; over HTTP one for each request. */
  readonly connection: object
  /** Runs a task once the answer is on its way to the client: notifications that follow from a request come after its answer. */
  readonly afterReply: (task: () => void) => void
}

/** What a subscription method gives back. */
export interface Subscription {
  /** The name of the notifications. */
  readonly notification: string
  readonly start: Start
}

/** One JSON-RPC method. */
export type Method =
  | { readonly kind: 'call'; readonly handle: (params: Params, caller: Caller) => unknown }
  | { readonly kind: 'subscribe'; readonly open: (params: Params, caller: Caller) => Subscription }
  | { readonly kind: 'unsubscribe' }
  | { readonly kind: 'refused' }

/** Methods by name. */
export type Methods = Readonly<Record<string, Method>>

/** A method that answers once. */
export function call(handle: (params: Params, caller: Caller) => unknown): Method {
  return { kind: 'call', handle }
}

/** A method that opens a subscription. */
export function subscribe(open: (params: Params, caller: Caller) => Subscription): Method {
  return { kind: 'subscribe', open }
}

/** A method that ends a subscription. */
export const unsubscribe: Method = { kind: 'unsubscribe' }

/** A method that a Substrate node knows and the localnet does not model. */
export const refused: Method = { kind: 'refused' }
