import { netUid, TensorKitError } from '@tensorkit/core'
import type { MetagraphSnapshot, Neuron } from '@tensorkit/metagraph'
import { coins, jsonLine, table } from '../output/format.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit metagraph`, as the command line gives them. */
export interface MetagraphFlags {
  readonly netuid: string
  readonly chain: string
  readonly timeoutMs: string
}

/** `tensorkit metagraph`: shows a subnet and its neurons at the best block. */
export async function metagraphCommand(flags: MetagraphFlags, { stdout, signal, json }: CommandContext): Promise<void> {
  const netuid = netUid(/^\d{1,5}$/.test(flags.netuid) ? Number(flags.netuid) : Number.NaN)
  const timeoutMs = Number(flags.timeoutMs)
  if (!(timeoutMs > 0))
    throw new TensorKitError('CORE_INVALID_ARGUMENT', '--timeout-ms must be a number above 0', {
      facts: { given: flags.timeoutMs.slice(0, 64) },
    })
  const { connectSubtensor, networks } = await import('@tensorkit/subtensor')
  const { openMetagraph } = await import('@tensorkit/metagraph')
  const chain = Object.hasOwn(networks, flags.chain) ? { network: flags.chain as keyof typeof networks } : { endpoint: flags.chain }
  await using subtensor = await connectSubtensor({ ...chain, timeoutMs, signal })
  const { snapshot } = await openMetagraph({ subtensor, netuid, signal })
  stdout.write(json ? jsonLine(toJson(snapshot)) : toText(snapshot, subtensor.endpoint))
}

function toJson({ netuid, block, blockHash, genesisHash, subnet, neurons }: MetagraphSnapshot): unknown {
  return { netuid, block, blockHash, genesisHash, subnet, neurons: neurons.map((neuron) => ({ ...neuron })) }
}

function toText(snapshot: MetagraphSnapshot, endpoint: string): string {
  const { netuid, block, subnet, neurons } = snapshot
  const head = [
    `Subnet ${netuid}${subnet.name ? ` (${subnet.name})` : ''} at block ${block} of ${endpoint}`,
    `owner ${subnet.ownerHotkey}, tempo ${subnet.tempo}, last epoch at block ${subnet.lastStep}, burn ${coins(subnet.burn)} TAO`,
    '',
  ].join('\n')
  if (neurons.length === 0) return `${head}No neurons.\n`
  const columns = ['UID', 'ROLE', 'STAKE', 'VTRUST', 'CONSENSUS', 'INCENTIVE', 'DIVIDENDS', 'EMISSION', 'AXON', 'HOTKEY']
  return `${head}\n${table(
    columns,
    neurons.map((neuron) => [
      neuron.uid,
      roleOf(neuron, snapshot),
      coins(neuron.stake),
      neuron.validatorTrustRatio.toFixed(4),
      neuron.consensusRatio.toFixed(4),
      neuron.incentiveRatio.toFixed(4),
      neuron.dividendsRatio.toFixed(4),
      coins(neuron.emission),
      neuron.axon ? `${neuron.axon.host.includes(':') ? `[${neuron.axon.host}]` : neuron.axon.host}:${neuron.axon.port}` : '-',
      neuron.hotkey,
    ]),
  )}`
}

function roleOf(neuron: Neuron, { subnet }: MetagraphSnapshot): string {
  if (neuron.hotkey === subnet.ownerHotkey) return 'owner'
  return neuron.actsAsValidator ? 'validator' : 'miner'
}
