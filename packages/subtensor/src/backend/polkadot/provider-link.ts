import { WsProvider } from '@polkadot/api'
import { TensorKitError } from '@tensorkit/core'

/** How long a node may take to answer a close frame. */
const CLOSE_GRACE_MS = 1_000
/** How long after its error an attempt to connect may take to close. Node 22's WebSocket never closes then. */
const ERROR_GRACE_MS = 100
/** When the provider itself forgets a request; callers give up far earlier, by their own time-outs. */
export const PROVIDER_TIMEOUT_MS = 300_000

/** What a {@link ProviderLink} is made of. */
export interface ProviderLinkOptions {
  readonly url: URL
  /** As it may be shown. */
  readonly endpoint: string
  /** Told when the socket closes, whoever closed it. */
  readonly onDisconnected: () => void
}

/**
 * A WsProvider that is connected and disconnected by hand.
 *
 * Its own reconnecting stays off: it writes each lost connection to the console, and tries for ever. Each connection has a
 * provider of its own, since one whose socket failed without closing (Node 22) can never connect again.
 */
export class ProviderLink {
  readonly #options: ProviderLinkOptions
  #provider: WsProvider
  // The provider tells only of open sockets, but one that still opens has to be waited for as well.
  #hasSocket = false

  constructor(options: ProviderLinkOptions) {
    this.#options = options
    this.#provider = this.#create()
  }

  /** The provider of the newest connection. */
  get provider(): WsProvider {
    return this.#provider
  }

  /** @throws CHAIN_UNREACHABLE or CORE_ABORTED; it can be connected again then. */
  async connect(timeoutMs: number, signal: AbortSignal): Promise<void> {
    if (signal.aborted) throw abortError(signal)
    this.#provider = this.#create()
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

  #create(): WsProvider {
    const bare = new URL(this.#options.url)
    bare.hash = ''
    const provider = new WsProvider(bare.href, false, {}, PROVIDER_TIMEOUT_MS, 1)
    provider.on('disconnected', () => {
      if (provider !== this.#provider) return
      this.#hasSocket = false
      this.#options.onDisconnected()
    })
    return provider
  }

  #attempt(timeoutMs: number, signal: AbortSignal): Promise<TensorKitError | undefined> {
    const { provider } = this
    const unreachable = (reason: string) =>
      new TensorKitError('CHAIN_UNREACHABLE', 'The chain cannot be reached', { facts: { endpoint: this.#options.endpoint, reason } })
    return new Promise((resolve) => {
      let reason = 'closed by the node'
      let grace: NodeJS.Timeout | undefined
      const finish = (error?: TensorKitError) => {
        clearTimeout(timer)
        clearTimeout(grace)
        signal.removeEventListener('abort', onAbort)
        for (const forget of listeners) forget()
        resolve(error)
      }
      const listeners = [
        provider.on('connected', () => finish()),
        provider.on('error', (event: unknown) => {
          reason = reasonOf(event)
          grace ??= setTimeout(() => finish(unreachable(reason)), ERROR_GRACE_MS)
        }),
        // It follows the error of a failed attempt too, on most Nodes.
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
