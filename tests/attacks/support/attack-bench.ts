import type { Axon, AxonOptions } from '@tensorkit/axon'
import { AxonService } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterEach } from 'vitest'
import { directoryOf, Echo, echo, echoAxon, recordingLogger, signers } from '../../axon-dendrite-support.js'
import {
  changingDirectory,
  countingMetrics,
  movableClock,
  type Pin,
  pinOf,
  type RawConnection,
  rawConnection,
  signedOpen,
} from '../../axon-session-support.js'

/** Who takes part. Alice is the honest validator, Bob the attacked miner, Eve a validator who attacks, Mallory a stranger who does. */
export interface Cast {
  readonly alice: LocalSigner
  readonly bob: LocalSigner
  /** Registered, with too little stake. */
  readonly charlie: LocalSigner
  readonly eve: LocalSigner
  readonly mallory: LocalSigner
}

/** A call that reached a handler: the harm that is counted. */
export interface Handled {
  readonly method: 'say' | 'shout'
  readonly hotkey: string
  readonly text: string
}

export const castOf = async (): Promise<Cast> => {
  const [alice, bob, charlie, eve, mallory] = await signers('Alice', 'Bob', 'Charlie', 'Eve', 'Mallory')
  return { alice, bob, charlie, eve, mallory } as Cast
}

export const neuronsOf = ({ alice, bob, charlie, eve }: Cast) => [
  { hotkey: alice.address, validatorPermit: true, stake: 100n },
  { hotkey: eve.address, validatorPermit: true, stake: 100n },
  { hotkey: bob.address },
  { hotkey: charlie.address, validatorPermit: true, stake: 1n },
]

/** The admission of the axons that are attacked. */
export const strict = { validatorPermit: true, minStake: 10n }

/** Opens axons and connections, and closes them after each test. */
export function attackBench() {
  const closing: (() => unknown)[] = []
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close()
  })
  const keep = <T extends { close(): unknown }>(closable: T): T => {
    closing.push(() => closable.close())
    return closable
  }
  /** An axon of Bob's, unless the options say otherwise, and all that it did. */
  const ground = async (options: Partial<AxonOptions> = {}) => {
    const cast = await castOf()
    const [logger, metrics, clock] = [recordingLogger(), countingMetrics(), movableClock()]
    const directory = changingDirectory(directoryOf(neuronsOf(cast)))
    const handled: Handled[] = []
    const axon = await echoAxon(
      { signer: cast.bob, directory, logger, metrics, clock, admit: strict, ...options },
      {
        say: (request, context) => {
          handled.push({ method: 'say', hotkey: context.hotkey, text: request.text })
          return echo.say(request, context)
        },
        shout: (request, context) => {
          handled.push({ method: 'shout', hotkey: context.hotkey, text: request.text })
          return echo.shout(request, context)
        },
      },
    )
    keep(axon)
    const pin = options.insecure === false ? await pinOf(axon) : undefined
    return {
      axon,
      cast,
      logger,
      metrics,
      clock,
      directory,
      handled,
      pin,
      spkiSha256: pin?.spkiSha256 ?? '-',
      connect: (to: Pick<Axon, 'endpoint'> = axon, by: Pin | undefined = pin) => keep(rawConnection(to.endpoint, by)),
      /** Opens a session by this axon's own clock. @returns Its token. */
      session: async (connection: RawConnection, signer: LocalSigner) => {
        const server = (options.signer ?? cast.bob).address
        const { headers } = await signedOpen({ signer, server, spkiSha256: pin?.spkiSha256 ?? '-', clock })
        const outcome = await connection.open(headers)
        if (!outcome.ok) throw outcome.error
        return Buffer.from(AxonService.openSession.response.decode(outcome.body).token).toString('hex')
      },
      /** Why the last call was refused, for the log alone. */
      reason: () => logger.entries.findLast(({ message }) => message === 'call refused')?.fields.reason,
    }
  }
  return { keep, ground }
}

/** An attacked axon. */
export type Ground = Awaited<ReturnType<ReturnType<typeof attackBench>['ground']>>

export const sayBody = (text = 'hi'): Uint8Array => Echo.say.request.encode({ text, times: 1 })
