import type { Logger } from '@tensorkit/core'

/** How a neuron ends. */
export interface LifecycleOptions {
  /** Ends the neuron in order, as SIGTERM does. */
  readonly signal?: AbortSignal | undefined
  /**
   * How long the round or the calls in flight may go on after that, in ms.
   *
   * @defaultValue 30000: what most process managers wait before SIGKILL
   */
  readonly drainTimeoutMs?: number | undefined
  /**
   * Whether SIGTERM and SIGINT end the neuron in order; a second one ends the process at once.
   *
   * @defaultValue true
   */
  readonly handleSignals?: boolean | undefined
}

/** The two stages of an end. */
export interface Lifecycle extends Disposable {
  /** Aborted when no new work may begin. */
  readonly stopping: AbortSignal
  /** Aborted when work in flight has to end. */
  readonly forced: AbortSignal
  readonly drainTimeoutMs: number
}

const SIGNAL_NUMBERS = { SIGINT: 2, SIGTERM: 15 } as const

/** Begins to listen for what ends a neuron. Dispose it to stop listening. */
export function createLifecycle({ signal, drainTimeoutMs = 30_000, handleSignals = true }: LifecycleOptions, logger: Logger): Lifecycle {
  const stopping = new AbortController()
  const forced = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const stop = (reason: string) => {
    if (stopping.signal.aborted) return
    logger.info({ reason, drainTimeoutMs }, 'Stopping: finishing what is under way')
    timer = setTimeout(() => forced.abort(), drainTimeoutMs)
    stopping.abort()
  }
  const onAbort = () => stop('signal')
  const onSignal = (name: NodeJS.Signals) => {
    // The user insists: whatever is under way is cut. State on disk is whole at any moment.
    if (stopping.signal.aborted) process.exit(128 + SIGNAL_NUMBERS[name as keyof typeof SIGNAL_NUMBERS])
    stop(name)
  }
  const names = handleSignals ? (Object.keys(SIGNAL_NUMBERS) as NodeJS.Signals[]) : []
  for (const name of names) process.on(name, onSignal)
  if (signal?.aborted) onAbort()
  else signal?.addEventListener('abort', onAbort, { once: true })
  return {
    stopping: stopping.signal,
    forced: forced.signal,
    drainTimeoutMs,
    [Symbol.dispose]() {
      clearTimeout(timer)
      signal?.removeEventListener('abort', onAbort)
      for (const name of names) process.off(name, onSignal)
    },
  }
}
