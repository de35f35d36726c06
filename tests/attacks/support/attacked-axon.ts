import type { Axon, AxonOptions, Handlers } from '@tensorkit/axon'
import type { Metrics } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { directoryOf, type Echo, echo, echoAxon, type LogEntry, recordingLogger, signers } from '../../axon-dendrite-support.js'
import { changingDirectory, countingMetrics, movableClock, type Pin, pinOf } from '../../axon-session-support.js'

/** Who takes part: alice calls honestly, bob is attacked, charlie is registered and hostile, mallory is nobody. */
export interface Cast {
  readonly alice: LocalSigner
  readonly bob: LocalSigner
  readonly charlie: LocalSigner
  readonly mallory: LocalSigner
}

export async function castOf(): Promise<Cast> {
  const [alice, bob, charlie, mallory] = (await signers('Alice', 'Bob', 'Charlie', 'Mallory')) as [
    LocalSigner,
    LocalSigner,
    LocalSigner,
    LocalSigner,
  ]
  return { alice, bob, charlie, mallory }
}

/** An axon that is attacked, and all that a test counts of it. */
export interface AttackedAxon {
  readonly axon: Axon
  readonly cast: Cast
  readonly metrics: Metrics & { total(name: string): number }
  readonly logged: readonly LogEntry[]
  readonly clock: ReturnType<typeof movableClock>
  readonly directory: ReturnType<typeof changingDirectory>
  /** Undefined if it serves plain text. */
  readonly pin: Pin | undefined
  /** The hotkey of each call that reached a handler, in this order. */
  readonly handled: string[]
  /** Signatures that it checked so far. */
  checks(): number
}

/** Starts one: plain text and bob's, unless told otherwise. */
export async function attackedAxon(
  cast: Cast,
  options: Partial<AxonOptions> = {},
  handlers: Partial<Handlers<typeof Echo>> = {},
): Promise<AttackedAxon> {
  const logger = recordingLogger()
  const metrics = countingMetrics()
  const clock = movableClock()
  const directory = changingDirectory(
    directoryOf([
      { hotkey: cast.alice.address, validatorPermit: true, stake: 1_000_000n },
      { hotkey: cast.bob.address },
      { hotkey: cast.charlie.address, validatorPermit: true, stake: 10n },
    ]),
  )
  const handled: string[] = []
  const say: typeof echo.say = (request, context) => {
    handled.push(context.hotkey)
    return (handlers.say ?? echo.say)(request, context)
  }
  const axon = await echoAxon({ signer: cast.bob, directory, logger, metrics, clock, ...options }, { ...handlers, say })
  return {
    axon,
    cast,
    metrics,
    logged: logger.entries,
    clock,
    directory,
    pin: options.insecure === false ? await pinOf(axon) : undefined,
    handled,
    checks: () => metrics.total('tensorkit_axon_signature_checks_total'),
  }
}
