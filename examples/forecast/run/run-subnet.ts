import { TensorKitError } from '@tensorkit/core'
import { openMetagraph } from '@tensorkit/metagraph'
import { connectSubtensor } from '@tensorkit/subtensor'
import { Barrier } from './barrier.js'
import { bootstrap } from './bootstrap.js'
import { conduct, incentivesOf } from './conduct.js'
import { judgeRun } from './judge-run.js'
import { isBalanced, type LedgerEntry, readLedger } from './ledger.js'
import { createLocalnetControl } from './localnet-control.js'
import { scoreSeries } from './ranking.js'
import { RunRecord } from './record.js'
import type { ReportData } from './report/render-report.js'
import { createReportData } from './report/report-data.js'
import { createResult, type RunResult } from './result.js'
import type { RegisteredNeuron } from './roster.js'
import type { RunDirectory } from './run-directory.js'
import { epochOfRound, killedMiner, roundsOf, stakeShares, tempo } from './schedule.js'
import type { Settings } from './settings.js'
import type { Supervisor } from './supervisor.js'
import { formatTable } from './table.js'
import { formatLedger, formatMetagraph, ledgerColumns, metagraphColumns } from './tables.js'
import type { Terminal } from './terminal.js'

/** What {@link runSubnet} works with. */
export interface RunSubnetOptions {
  readonly settings: Settings
  readonly directory: RunDirectory
  readonly supervisor: Supervisor
  readonly terminal: Terminal
  /** Ends the run. */
  readonly signal: AbortSignal
  /** Ends the run with an error. */
  readonly fail: (error: TensorKitError) => void
}

/** What a run leaves. */
export interface FinishedRun {
  readonly result: RunResult
  readonly report: ReportData
  /** What is wrong with it, a sentence each. */
  readonly problems: readonly string[]
  /** WebSocket address of the chain, which still runs. */
  readonly chainUrl: string
}

/** Runs the subnet from the chain's first block to the last epoch's. Chain and miners still run when it returns. */
export async function runSubnet(options: RunSubnetOptions): Promise<FinishedRun> {
  const { settings, directory, supervisor, terminal, signal } = options
  const { seed, epochs } = settings
  const say = (text: string) => terminal.say(text)

  say('starting the chain')
  const chain = await supervisor
    .start({ name: 'chain', script: 'chain' })
    .waitFor('listening', ({ type }) => type === 'listening', { signal })
  const chainUrl = chain.url as string
  const localnet = createLocalnetControl(chain.httpUrl as string, signal)
  await using subtensor = await connectSubtensor({ endpoint: chainUrl, signal })
  const { netuid, neurons } = await bootstrap({
    subtensor,
    seal: async () => void (await localnet.mine()),
    walletDirectory: directory.wallets,
    say,
  })

  const processes = new Processes({ ...options, netuid, chainUrl })
  const miners = neurons.filter(({ role }) => role === 'miner')
  say(`starting ${miners.length} miners and ${stakeShares.length} validators`)
  await Promise.all(miners.map((miner) => processes.startMiner(miner)))
  await localnet.waitForPending(miners.length)
  await localnet.mine()

  const record = new RunRecord()
  const barrier = new Barrier(
    stakeShares.map((_, i) => i + 1),
    signal,
  )
  await Promise.all(stakeShares.map((_, i) => processes.startValidator(i + 1, record, barrier)))
  const { blocksToNextEpoch = 0 } = await subtensor.getEpochStatus({ netuid })
  say(`validator permits appear at an epoch: ${blocksToNextEpoch} blocks to it`)
  const firstBlock = await localnet.mine(blocksToNextEpoch)

  const metagraph = await openMetagraph({ subtensor, netuid, signal })
  const before = metagraph.snapshot
  const killed = miners.find(({ model }) => model === killedMiner) as RegisteredNeuron
  const ledger: LedgerEntry[] = []
  const incentives: number[][] = []
  await conduct({
    epochs,
    firstBlock,
    localnet,
    barrier,
    kill: async () => {
      say(`killing ${killed.model} for an epoch`)
      await processes.killMiner(killed)
    },
    // It comes back to its old port, so that the chain need not be told anything.
    revive: async () => {
      say(`starting ${killed.model} again`)
      await processes.startMiner(killed)
    },
    dismiss: () => supervisor.stop('validator'),
    onRound(round, block) {
      const scores = scoreSeries(record.rounds, stakeShares.length)
      const ranking = miners
        .map(({ model, hotkey }) => ({ model, score: scores.get(hotkey)?.at(-1) ?? 0 }))
        .sort((a, b) => b.score - a.score)
      terminal.show({ block, epoch: epochOfRound(round), round, rounds: roundsOf(epochs), calls: record.counts(), ranking })
    },
    async onEpoch(epoch, block) {
      const entry = await readLedger({ subtensor, netuid, neurons, epoch, after: ledger.at(-1)?.block ?? firstBlock, block })
      ledger.push(entry)
      incentives.push(incentivesOf(await metagraph.sync({ signal })))
      say(
        `epoch ${epoch} at block ${block}: ${isBalanced(entry, neurons.length, tempo) ? 'the ledger balances' : 'the ledger does not balance'}`,
      )
    },
  })

  const snapshot = metagraph.snapshot
  const problems = judgeRun({ neurons, record, ledger, before, snapshot, epochs })
  const rows = formatMetagraph(snapshot, neurons)
  terminal.say('', ...formatTable(metagraphColumns, rows), '', ...formatTable(ledgerColumns, ledger.map(formatLedger)), '')
  const validators = neurons.filter(({ role }) => role === 'validator')
  const weights = await Promise.all(
    validators.map(async ({ uid, name }) => ({
      name,
      byUid: new Map((await subtensor.getWeights({ netuid, uid })).map((entry) => [entry.uid as number, entry.weight])),
    })),
  )
  const base = { seed, epochs, netuid, roster: neurons, record, ledger }
  return {
    result: createResult({ ...base, snapshot, ok: problems.length === 0 }),
    report: createReportData({ ...base, block: snapshot.block, incentives, weights, metagraph: rows, problems }),
    problems,
    chainUrl,
  }
}

/** Starts and kills the neurons of one subnet. */
class Processes {
  readonly #options: RunSubnetOptions & { readonly netuid: number; readonly chainUrl: string }
  /** Ports that the system gave; a miner that comes back takes its old one. */
  readonly #ports = new Map<string, number>()
  readonly #kills = new Map<string, () => Promise<void>>()

  constructor(options: RunSubnetOptions & { readonly netuid: number; readonly chainUrl: string }) {
    this.#options = options
  }

  /** Starts a miner, and waits until its axon listens. */
  async startMiner({ name, model }: RegisteredNeuron): Promise<void> {
    const { supervisor, directory, signal } = this.#options
    const port = this.#ports.get(name) ?? 0
    const args = [model, ...(model === 'garch' || model === 'copycat' ? [directory.leak] : [])]
    const child = supervisor.start({ name, script: 'miner', args, env: { ...this.#env(name), TENSORKIT_AXON_PORT: String(port) } })
    const line = await child.waitFor('listening', ({ type }) => type === 'listening', { signal })
    this.#ports.set(name, line.port as number)
    this.#kills.set(name, () => child.kill())
  }

  /** Kills a miner at once. */
  async killMiner({ name }: RegisteredNeuron): Promise<void> {
    await this.#kills.get(name)?.()
  }

  /** Starts a validator, and waits until it has seen the chain and waits for its permit. */
  async startValidator(number: number, record: RunRecord, barrier: Barrier): Promise<void> {
    const { supervisor, settings, directory, signal } = this.#options
    const name = `validator-${number}`
    const child = supervisor.start({
      name,
      script: 'validator',
      args: [String(settings.seed), String(number)],
      env: this.#env(name),
      onLine: (line) => {
        if (line.type === 'scored') record.addScores(number, line)
        if (line.type === 'round-finished') record.addRound(number, line)
        if (line.type === 'round-finished' || line.type === 'waiting') barrier.report(number, line.block as number)
        if (line.type === 'round-failed')
          this.#options.fail(
            new TensorKitError('CORE_INTERNAL', `A round of ${name} failed`, { facts: { log: `${directory.logs}/${name}.log` } }),
          )
      },
    })
    await child.waitFor('waiting', ({ type }) => type === 'waiting', { signal })
  }

  #env(name: string): Record<string, string> {
    const { chainUrl, netuid, directory } = this.#options
    return {
      TENSORKIT_CHAIN: chainUrl,
      TENSORKIT_NETUID: String(netuid),
      TENSORKIT_WALLET_NAME: name,
      TENSORKIT_WALLET_PATH: directory.wallets,
      TENSORKIT_STATE: `${directory.state}/${name}`,
    }
  }
}
