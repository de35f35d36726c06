import { join } from 'node:path'
import { createLocalnet } from '@tensorkit/localnet'
import { openMetagraph } from '@tensorkit/metagraph'
import { runMiner, runValidator } from '@tensorkit/neuron'
import { connectSubtensor } from '@tensorkit/subtensor'
import { storyteller } from '../miner/storyteller.js'
import { type StyleName, styles } from '../miner/styles.js'
import { Storyteller } from '../protocol.js'
import { type Examination, examine } from '../validator/examine.js'
import { bootstrap } from './bootstrap.js'

/** How one miner did over a run. */
export interface MinerResult {
  readonly style: StyleName
  /** Rounds in which it was asked. */
  readonly rounds: number
  readonly meanScore: number
  /** Median to the first word, in ms; undefined if it never said one. */
  readonly firstTokenMs: number | undefined
  /** Its share of what the subnet pays its miners, 0 to 1, at the end. */
  readonly incentive: number
}

/** What {@link runStories} is given. */
export interface RunStoriesOptions {
  /** Epochs of which the weights count. */
  readonly epochs: number
  readonly seed: number
  /** Where neurons keep their state. */
  readonly directory: string
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}

const blockMs = 250
const names = Object.keys(styles) as StyleName[]

/** Runs a subnet of storytellers on a chain of its own, until so many epochs were paid by scores. */
export async function runStories({ epochs, seed, directory, signal, say }: RunStoriesOptions): Promise<MinerResult[]> {
  await using localnet = await createLocalnet()
  await using subtensor = await connectSubtensor({ endpoint: localnet.url })
  say('making the subnet')
  const { netuid, validator, miners } = await bootstrap({ localnet, subtensor, miners: names })
  // The neurons end when the run does, and the run when one of them fails.
  const stop = new AbortController()
  const running: Promise<void>[] = []
  const start = (neuron: Promise<void>) => {
    running.push(neuron)
    neuron.catch((error: unknown) => stop.abort(error))
  }
  const common = (name: string) => ({
    config: { chain: localnet.url, netuid, wallet: {}, axon: { port: 0 }, stateDirectory: join(directory, name) },
    signal: AbortSignal.any([signal, stop.signal]),
    handleSignals: false,
  })
  for (const [i, name] of names.entries()) {
    const implement = (axon: { implement(protocol: typeof Storyteller, handlers: ReturnType<typeof storyteller>): void }) =>
      axon.implement(Storyteller, storyteller(styles[name]))
    start(runMiner({ ...common(name), wallet: miners[i], implement }))
  }
  const seen = new Map<string, Examination[]>(miners.map(({ hotkey }) => [hotkey.address, []]))
  start(
    runValidator({
      ...common('validator'),
      wallet: validator,
      dendrite: { allowPrivateAddresses: true },
      round: async ({ block, miners, dendrite, scores, signal }) => {
        const ask = async (miner: (typeof miners)[0]) => {
          const examination = await examine(dendrite, miner, { seed: seed + block, timeoutMs: 1_500, signal })
          scores.record(miner.hotkey, examination.score)
          seen.get(miner.hotkey)?.push(examination)
        }
        await Promise.all(miners.map(ask))
      },
    }),
  )
  try {
    const metagraph = await openMetagraph({ subtensor, netuid, signal })
    await sealUntilPaid({ localnet, metagraph, epochs, signal: AbortSignal.any([signal, stop.signal]), say })
    return names.map((style, i) => {
      const hotkey = miners[i]?.hotkey.address as string
      return summary(style, {
        examinations: seen.get(hotkey) ?? [],
        incentive: metagraph.snapshot.get(hotkey)?.incentiveRatio ?? 0,
      })
    })
  } catch (error) {
    // What failed first is what counts, not what came of ending the others.
    signal.throwIfAborted()
    stop.signal.throwIfAborted()
    throw error
  } finally {
    stop.abort()
    await Promise.allSettled(running)
  }
}

/** Seals a block each {@link blockMs} until so many epochs have paid miners. */
async function sealUntilPaid(options: {
  readonly localnet: Awaited<ReturnType<typeof createLocalnet>>
  readonly metagraph: Awaited<ReturnType<typeof openMetagraph>>
  readonly epochs: number
  readonly signal: AbortSignal
  readonly say: (text: string) => void
}): Promise<void> {
  const { localnet, metagraph, epochs, signal, say } = options
  let paid = 0
  let lastStep = metagraph.snapshot.subnet.lastStep
  while (paid < epochs) {
    signal.throwIfAborted()
    await new Promise((resolve) => setTimeout(resolve, blockMs))
    await localnet.mine()
    const snapshot = await metagraph.sync({ signal })
    if (snapshot.subnet.lastStep === lastStep) continue
    lastStep = snapshot.subnet.lastStep
    const isPaid = snapshot.all().some(({ incentive }) => incentive > 0)
    if (isPaid) paid++
    say(`block ${snapshot.block}: an epoch ran${isPaid ? ', miners are paid' : ''}`)
  }
}

function summary(
  style: StyleName,
  { examinations, incentive }: { readonly examinations: readonly Examination[]; readonly incentive: number },
): MinerResult {
  const firsts = examinations.flatMap(({ firstTokenMs }) => firstTokenMs ?? []).sort((a, b) => a - b)
  const total = examinations.reduce((sum, { score }) => sum + score, 0)
  return {
    style,
    rounds: examinations.length,
    meanScore: examinations.length === 0 ? 0 : total / examinations.length,
    firstTokenMs: firsts[Math.floor(firsts.length / 2)],
    incentive,
  }
}
