import type { WsProvider } from '@polkadot/api'

// The interface has no export of its own in @polkadot/api.
type ProviderInterface = NonNullable<NonNullable<ConstructorParameters<typeof import('@polkadot/api').ApiPromise>[0]>['provider']>

/**
 * The WsProvider as one ApiPromise sees it: what the API asks at its start is answered by what is known already.
 *
 * So an API is made for any runtime, that of an old block too, without a request and with nothing that could fail
 * half-way (it would write that to the console). It offers no subscriptions, because the API would use them to fetch the
 * metadata after a runtime upgrade in version 14, which has no runtime APIs, and to log that upgrade to the console; and
 * to ask the node's health every ten seconds, for each runtime again.
 */
export function apiProvider(provider: WsProvider, known: Readonly<Record<string, unknown>>): ProviderInterface {
  return {
    hasSubscriptions: false,
    isClonable: false,
    isConnected: true,
    clone: () => provider,
    connect: () => Promise.resolve(),
    disconnect: () => Promise.resolve(),
    on: () => () => {},
    // The library's interface lets each caller name the type of the answer.
    send: <T>(method: string, params: unknown[]) =>
      Object.hasOwn(known, method) ? Promise.resolve(known[method] as T) : provider.send<T>(method, params),
    subscribe: () => Promise.reject(new Error('subscriptions are made at the connection')),
    unsubscribe: () => Promise.resolve(false),
  }
}
