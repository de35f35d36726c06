import { join } from 'node:path'
import { rao, type Tao, TensorKitError, tao } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { devAccounts } from '@tensorkit/localnet'
import { type HyperparameterName, type HyperparameterValue, type PooledCall, registeredNetuid, type Subtensor } from '@tensorkit/subtensor'
import { createWallet, type Wallet } from '@tensorkit/wallet'
import { type RegisteredNeuron, roster } from './roster.js'
import { stakeShares, tempo } from './schedule.js'

/** What {@link bootstrap} needs. */
export interface BootstrapOptions {
  readonly subtensor: Subtensor
  /** Seals a block. */
  readonly seal: () => Promise<void>
  /** Where the wallets are written. */
  readonly walletDirectory: string
  /** Told what is being done. */
  readonly say: (text: string) => void
}

/** A subnet that is ready for its miners. */
export interface BootstrappedSubnet {
  readonly netuid: number
  readonly neurons: readonly RegisteredNeuron[]
}

/** Alpha that both validators together buy: half of what a new pool holds. */
const validatorAlpha = 500_000_000_000n

/** What differs from a new subnet's defaults, and why. Set by Sudo, as the root of a chain may. */
const hyperparameters: readonly Setting[] = [
  // This version sets plain weights.
  setting('commitRevealWeightsEnabled', false),
  // Once an epoch; the default of 100 blocks is longer than an epoch here.
  setting('weightsSetRateLimit', 5n),
  // Last, since it starts the epoch anew and the others are frozen near an epoch's end.
  setting('tempo', tempo),
]

/** The chain's least stake of a validator, as mainnet has one: else what a miner earns would give it a permit. */
const stakeThreshold = { pallet: 'AdminUtils', name: 'sudo_set_stake_threshold', args: { min_stake: 100_000_000_000n } } as const

interface Setting {
  readonly name: HyperparameterName
  readonly value: HyperparameterValue<HyperparameterName>
}

function setting<N extends HyperparameterName>(name: N, value: HyperparameterValue<N>): Setting {
  return { name, value }
}

/**
 * Makes the subnet by the chain's own way: money, register_network, start_call, a registration with burn for each neuron,
 * stake for the validators. Only hyperparameters go by Sudo.
 *
 * @throws The error of the first call that the chain refuses.
 */
export async function bootstrap(options: BootstrapOptions): Promise<BootstrappedSubnet> {
  const { subtensor, say } = options
  const bank = await signerFromUri(devAccounts.alice)
  const wallets = new Map<string, Wallet>()
  for (const { name, uri } of roster) wallets.set(name, await writeWallet(options.walletDirectory, name, uri))
  const walletOf = (name: string) => wallets.get(name) as Wallet

  say(`funding ${roster.length} coldkeys`)
  await all(
    options,
    roster.map(
      ({ name, role }) =>
        () =>
          subtensor.transfer({ from: bank, to: coldkeyOf(walletOf(name)), amount: funds[role], waitFor: 'pool' }),
    ),
  )

  say('registering the subnet')
  const owner = await walletOf('owner').openColdkey()
  const [registered] = await all(options, [
    () => subtensor.registerNetwork({ coldkey: owner, hotkey: walletOf('owner').hotkey.address, waitFor: 'pool' }),
  ])
  const netuid = registered && registeredNetuid(registered)
  if (netuid === undefined) throw new TensorKitError('CORE_INTERNAL', 'The chain registered the subnet without telling its netuid')
  await all(options, [() => subtensor.startCall({ coldkey: owner, netuid, waitFor: 'pool' })])
  await all(options, [() => subtensor.sudo({ sudoKey: bank, call: stakeThreshold, waitFor: 'pool' })])
  await all(
    options,
    hyperparameters.map(
      ({ name, value }) =>
        () =>
          subtensor.setHyperparameter({ netuid, name, value, signer: bank, waitFor: 'pool' }),
    ),
  )

  const others = roster.filter(({ role }) => role !== 'owner')
  say(`registering ${others.length} neurons, each paying its burn`)
  for (const { name } of others) {
    const coldkey = await walletOf(name).openColdkey()
    await all(options, [() => subtensor.burnedRegister({ coldkey, netuid, hotkey: walletOf(name).hotkey.address, waitFor: 'pool' })])
  }

  say('staking on the validators')
  for (const [i, share] of stakeShares.entries()) {
    const wallet = walletOf(`validator-${i + 1}`)
    const coldkey = await wallet.openColdkey()
    const amount = await priceOf(subtensor, netuid, (validatorAlpha * BigInt(share)) / 100n)
    await all(options, [() => subtensor.addStake({ coldkey, netuid, hotkey: wallet.hotkey.address, amount, waitFor: 'pool' })])
  }
  const neurons = await Promise.all(
    roster.map(async (entry) => {
      const hotkey = walletOf(entry.name).hotkey.address
      const uid = await subtensor.getUid({ netuid, hotkey })
      if (uid === undefined) throw new TensorKitError('CHAIN_NOT_REGISTERED', `${entry.name} is not registered`, { facts: { hotkey } })
      return { ...entry, uid, hotkey }
    }),
  )
  return { netuid, neurons }
}

/** What each role's coldkey starts with: an owner pays the lock of a subnet, a validator its stake, all a burn. */
const funds = { owner: tao(5000), miner: tao(100), validator: tao(5000) } as const

/** Puts calls into one block and demands that all succeed. */
async function all(
  { seal }: BootstrapOptions,
  calls: readonly (() => Promise<PooledCall | { readonly ok: false; readonly error: TensorKitError }>)[],
) {
  const pooled = []
  for (const call of calls) {
    const result = await call()
    if (!result.ok) throw result.error
    pooled.push(result)
  }
  await seal()
  const included = []
  for (const { inclusion } of pooled) {
    const result = await inclusion
    if (!result.ok) throw result.error
    included.push(result)
  }
  return included
}

async function writeWallet(path: string, name: string, uri: string): Promise<Wallet> {
  const { wallet } = await createWallet({
    path: join(path),
    name,
    coldkey: { uri },
    hotkeySource: { uri: `${uri}//hotkey` },
    plaintextColdkey: true,
  })
  return wallet
}

function coldkeyOf({ coldkeyAddress, name }: Wallet): string {
  if (coldkeyAddress !== undefined) return coldkeyAddress
  throw new TensorKitError('WALLET_MALFORMED', `The wallet ${name} has no public coldkey`)
}

/** What an amount of alpha costs in the pool now, its fee of 0.05 % included: constant product. */
async function priceOf(subtensor: Subtensor, netuid: number, alpha: bigint): Promise<Tao> {
  const { values } = await subtensor.readStorage({
    reads: ['SubnetTAO', 'SubnetAlphaIn'].map((item) => ({ pallet: 'SubtensorModule', item, keys: [netuid] })),
  })
  const [taoIn, alphaIn] = values as [bigint, bigint]
  return rao((((taoIn * alpha) / (alphaIn - alpha)) * 65_535n) / (65_535n - 33n))
}
