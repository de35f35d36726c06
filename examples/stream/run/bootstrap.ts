import { type TensorKitError, tao } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { devAccounts, type Localnet } from '@tensorkit/localnet'
import { type CallResult, registeredNetuid, type Subtensor } from '@tensorkit/subtensor'
import { devWallet, type Wallet } from '@tensorkit/wallet'

/** Blocks between two epochs. */
const tempo = 20

/** A subnet that is ready for its neurons. */
export interface StorySubnet {
  readonly netuid: number
  readonly validator: Wallet
  /** One for each name. */
  readonly miners: readonly Wallet[]
}

/**
 * Makes a subnet the chain's own way: money, register_network, start_call, registrations with burn, stake.
 *
 * @throws The error of the first call that the chain refuses.
 */
export async function bootstrap(options: {
  readonly localnet: Localnet
  readonly subtensor: Subtensor
  readonly miners: readonly string[]
}): Promise<StorySubnet> {
  const { localnet, subtensor } = options
  const pool = { waitFor: 'pool' as const }
  const sealed = async (...calls: readonly Promise<CallResult<'pool'>>[]) => {
    const pooled = (await Promise.all(calls)).map(resultOf)
    await localnet.mine()
    return Promise.all(pooled.map(async ({ inclusion }) => resultOf(await inclusion)))
  }
  const root = await signerFromUri(devAccounts.alice)
  const [owner, validator, ...miners] = await Promise.all(
    ['//Owner', '//Validator', ...options.miners.map((name) => `//${name}`)].map((uri) => devWallet(uri)),
  )
  if (owner === undefined || validator === undefined) throw new Error('unreachable: both are named above')
  const keyOf = async (wallet: Wallet) => {
    const key = await wallet.openColdkey()
    return { coldkey: key, hotkey: wallet.hotkey.address }
  }
  const keys = await Promise.all([owner, validator, ...miners].map(keyOf))
  await sealed(...keys.map(({ coldkey }) => subtensor.transfer({ from: root, to: coldkey.address, amount: tao(5_000), ...pool })))
  const [ownerKeys, validatorKeys, ...minerKeys] = keys as [(typeof keys)[0], (typeof keys)[0], ...typeof keys]
  const [registered] = await sealed(subtensor.registerNetwork({ ...ownerKeys, ...pool }))
  const netuid = registered && registeredNetuid(registered)
  if (netuid === undefined) throw new Error('The chain registered the subnet without telling its netuid')
  const set = { netuid, signer: root, ...pool }
  await sealed(
    subtensor.startCall({ coldkey: ownerKeys.coldkey, netuid, ...pool }),
    subtensor.setHyperparameter({ ...set, name: 'commitRevealWeightsEnabled', value: false }),
    subtensor.setHyperparameter({ ...set, name: 'weightsSetRateLimit', value: 5n }),
    subtensor.setHyperparameter({ ...set, name: 'tempo', value: tempo }),
  )
  for (const neuron of [validatorKeys, ...minerKeys]) await sealed(subtensor.burnedRegister({ ...neuron, netuid, ...pool }))
  await sealed(subtensor.addStake({ ...validatorKeys, netuid, amount: tao(500), ...pool }))
  return { netuid, validator, miners }
}

interface Refused {
  readonly ok: false
  readonly error: TensorKitError
}

/** What a call gave. @throws its error. */
function resultOf<R extends { readonly ok: true } | Refused>(result: R): Exclude<R, Refused> {
  if (!result.ok) throw result.error
  return result as Exclude<R, Refused>
}
