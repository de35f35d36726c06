import { WsProvider } from '@polkadot/api'
import { TensorKitError } from '@tensorkit/core'

/** How long a node may take to answer a close frame. */
const CLOSE_GRACE_MS = 1_000
/** When the provider itself forgets a request; callers give up far earlier, by their own time-outs. */
export const PROVIDER_TIMEOUT_MS = 300_000

/**
 * A WsProvider that is connected and disconnected by hand.
 *
 * Its own reconnecting stays off: it writes each lost connection to the console, and tries for ever.
 */
export class ProviderLink {
  readonly provider: WsProvider
  readonly #endpoint: string
  // The provider tells only of open sockets, but one that still opens has to be waited for as well.
  #hasSocket = false

  /** @param endpoint - As it may be shown. */
  constructor(url: URL, endpoint: string) {
    const bare = new URL(url)
    bare.hash = ''
    this.#endpoint = endpoint
    this.provider = new WsProvider(bare.href, false, {}, PROVIDER_TIMEOUT_MS, 1)
    this.provider.on('disconnected', () => {
      this.#hasSocket = false
    })
  }

  /** @throws CHAIN_UNREACHABLE or CORE_ABORTED; it can be connected again then. */
  async connect(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortError(signal)
    const failure = await this.#attempt(timeoutMs, signal)
    if (!failure) return
    await this.disconnect()
    throw failure
  }

  /** Closes the socket, if there is one; resolves when it is closed, at the latest after a second. */
  async disconnect(): Promise<void> {
    if (!this.#hasSocket) return
    await new Promise<void>((resolve) => {
      const finish = () => {
        clearTimeout(timer)
        forget()
        resolve()
      }
      const forget = this.provider.on('disconnected', finish)
      const timer = setTimeout(finish, CLOSE_GRACE_MS)
      this.provider.disconnect().catch(finish)
    })
  }

  #attempt(timeoutMs: number, signal: AbortSignal): Promise<TensorKitError | undefined> {
    const { provider } = this
    const unreachable = (reason: string) =>
      new TensorKitError('CHAIN_UNREACHABLE', 'The chain cannot be reached', { facts: { endpoint: this.#endpoint, reason } })
    return new Promise((resolve) => {
      let reason = 'closed by the node'
      const finish = (error?: TensorKitError) => {
        clearTimeout(timer)
        signal.removeEventListener('abort', onAbort)
        for (const forget of listeners) forget()
        resolve(error)
      }
      const listeners = [
        provider.on('connected', () => finish()),
        provider.on('error', (event: unknown) => {
          reason = reasonOf(event)
        }),
        // It follows the error of a failed attempt too.
        provider.on('disconnected', () => finish(unreachable(reason))),
      ]
      const onAbort = () => finish(abortError(signal))
      const timer = setTimeout(() => finish(unreachable(`no connection within ${timeoutMs} ms`)), timeoutMs)
      signal.addEventListener('abort', onAbort, { once: true })
      this.#hasSocket = true
      provider.connect().catch(() => finish(unreachable('the old connection is not closed yet')))
    })
  }
}

function reasonOf(event: unknown): string {
  const { error, message } = (event ?? {}) as { error?: { code?: unknown }; message?: unknown }
  if (typeof error?.code === 'string') return error.code
  return typeof message === 'string' && message !== '' ? message.slice(0, 100) : 'connection failed'
}

function abortError(signal: AbortSignal): TensorKitError {
  const reason: unknown = signal.reason
  return TensorKitError.isInstance(reason) ? reason : new TensorKitError('CORE_ABORTED', 'Connecting to the chain was aborted')
}
