import type { ApiPromise } from '@polkadot/api'

// The interface has no export of its own in @polkadot/api.
type ProviderInterface = NonNullable<NonNullable<ConstructorParameters<typeof ApiPromise>[0]>['provider']>

/**
 * What an ApiPromise takes for a connection: what it asks at its start is answered by what is known already.
 *
 * So an API is made for any runtime, that of an old block too, without a request and with nothing that could fail
 * half-way (it would write that to the console). It encodes and decodes only; requests and subscriptions are made at the
 * connection. With subscriptions the API would fetch the metadata after a runtime upgrade in version 14, which has no
 * runtime APIs, and log that upgrade to the console; and ask the node's health every ten seconds, for each runtime again.
 */
export function apiProvider(known: Readonly<Record<string, unknown>>): ProviderInterface {
  const provider: ProviderInterface = {
    hasSubscriptions: false,
    isClonable: false,
    isConnected: true,
    clone: () => provider,
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    on: () => () => {},
    // The library's interface lets each caller name the type of the answer.
    send: <T>(method: string) =>
      Object.hasOwn(known, method)
        ? Promise.resolve(known[method] as T)
        : Promise.reject(new Error(`${method} is asked at the connection`)),
    subscribe: () => Promise.reject(new Error('subscriptions are made at the connection')),
    unsubscribe: () => Promise.resolve(false),
  }
  return provider
}
