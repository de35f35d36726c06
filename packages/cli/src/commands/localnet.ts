import { TensorKitError } from '@tensorkit/core'
import type { Sealing } from '@tensorkit/localnet'
import { jsonLine } from '../output/format.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit localnet`, as the command line gives them. */
export interface LocalnetFlags {
  readonly port: string
  readonly host: string
  readonly sealing: string
  readonly blockTimeMs: string
  readonly allowRemote?: boolean
  readonly strict?: boolean
}

/** `tensorkit localnet`: runs a development chain until it is told to end. */
export async function localnetCommand(flags: LocalnetFlags, { stdout, signal, json }: CommandContext): Promise<void> {
  const port = integer('--port', flags.port, 0, 65_535)
  const sealing = sealingOf(flags)
  const { createLocalnet, devAccounts } = await import('@tensorkit/localnet')
  const { host, allowRemote = false, strict = false } = flags
  await using localnet = await createLocalnet({ port, host, allowRemote, sealing, strict, signal })
  const { url, httpUrl, genesisHash } = localnet
  if (json) stdout.write(jsonLine({ url, httpUrl, port: localnet.port, genesisHash, sealing }))
  else {
    stdout.write(
      [
        `TensorKit localnet: a development chain in memory; its keys are known to everybody.`,
        `  WebSocket  ${url}`,
        `  HTTP       ${httpUrl}`,
        `  genesis    ${genesisHash}`,
        `  blocks     ${describe(sealing)}`,
        `  loopback   ${strict ? 'refused for axons, as on mainnet' : 'allowed for axons, unlike on mainnet (--strict refuses it)'}`,
        `  accounts   ${[devAccounts.alice, devAccounts.bob, devAccounts.charlie].join(', ')} with 1,000,000 TAO each; ${devAccounts.alice} holds the sudo key`,
        'Ctrl-C ends it.\n',
      ].join('\n'),
    )
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) return resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
}

function sealingOf({ sealing, blockTimeMs }: LocalnetFlags): Sealing {
  if (sealing === 'manual' || sealing === 'instant') return sealing
  if (sealing === 'interval') return { intervalMs: integer('--block-time-ms', blockTimeMs, 1, 3_600_000) }
  throw new TensorKitError('CORE_INVALID_ARGUMENT', '--sealing must be manual, instant or interval', {
    facts: { given: sealing.slice(0, 64) },
  })
}

function describe(sealing: Sealing): string {
  if (sealing === 'manual') return 'when told: JSON-RPC tensorkit_mine [count]'
  return sealing === 'instant' ? 'as soon as a transaction is ready' : `every ${sealing.intervalMs} ms`
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = Number(text)
  if (/^\d+$/.test(text) && value >= min && value <= max) return value
  throw new TensorKitError('CORE_INVALID_ARGUMENT', `${flag} must be an integer from ${min} to ${max}`, {
    facts: { given: text.slice(0, 64) },
  })
}
