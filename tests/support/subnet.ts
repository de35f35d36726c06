import { type Tao, tao } from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { createLocalnet, type Localnet } from '@tensorkit/localnet'
import { type CallResult, connectSubtensor, registeredNetuid, type Subtensor } from '@tensorkit/subtensor'

/** A localnet with one subnet of its own, and the keys of all that are registered on it. */
export interface TestSubnet extends AsyncDisposable {
  readonly localnet: Localnet
  readonly subtensor: Subtensor
  readonly netuid: number
  readonly alice: LocalSigner
  readonly owner: LocalSigner
  /** Coldkey and hotkey are the same. */
  readonly validators: readonly LocalSigner[]
  readonly miners: readonly LocalSigner[]
  /** Makes calls, seals a block, and throws if one of them failed. */
  sealed(...calls: readonly Promise<CallResult<'pool'>>[]): Promise<void>
  /** Seals blocks until an epoch has run. */
  mineEpoch(): Promise<void>
}

/** Makes a subnet the chain's own way: register, start, hyperparameters, registrations, stake. */
export async function bootSubnet(options: {
  readonly validators: readonly Tao[]
  readonly miners: number
  readonly tempo?: number
  readonly strict?: boolean
}): Promise<TestSubnet> {
  const localnet = await createLocalnet({ port: 0, sealing: 'manual', ...(options.strict !== undefined && { strict: options.strict }) })
  const subtensor = await connectSubtensor({ endpoint: localnet.url })
  const [alice, owner] = [await signerFromUri('//Alice'), await signerFromUri('//Owner')]
  const validators = await Promise.all(options.validators.map((_, i) => signerFromUri(`//Validator/${i}`)))
  const miners = await Promise.all(Array.from({ length: options.miners }, (_, i) => signerFromUri(`//Miner/${i}`)))
  const sealed: TestSubnet['sealed'] = async (...calls) => {
    const pooled = await Promise.all(calls)
    await localnet.mine()
    for (const call of pooled) {
      if (!call.ok) throw call.error
      const result = await call.inclusion
      if (!result.ok) throw result.error
    }
  }
  const pool = { waitFor: 'pool' as const }
  await sealed(
    ...[owner, ...validators, ...miners].map((to) => subtensor.transfer({ from: alice, to: to.address, amount: tao(20_000), ...pool })),
  )
  const registering = await subtensor.registerNetwork({ coldkey: owner, hotkey: owner.address, ...pool })
  if (!registering.ok) throw registering.error
  await localnet.mine()
  const registered = await registering.inclusion
  if (!registered.ok) throw registered.error
  const netuid = registeredNetuid(registered)
  if (netuid === undefined) throw new Error('no netuid in the events')
  const set = { netuid, signer: alice, ...pool }
  await sealed(
    subtensor.startCall({ coldkey: owner, netuid, ...pool }),
    subtensor.setHyperparameter({ ...set, name: 'tempo', value: options.tempo ?? 20 }),
    subtensor.setHyperparameter({ ...set, name: 'commitRevealWeightsEnabled', value: false }),
    subtensor.setHyperparameter({ ...set, name: 'weightsSetRateLimit', value: 5n }),
    subtensor.setHyperparameter({ ...set, name: 'servingRateLimit', value: 1n }),
  )
  for (const key of [...miners, ...validators])
    await sealed(subtensor.burnedRegister({ coldkey: key, netuid, hotkey: key.address, ...pool }))
  await sealed(
    ...validators.map((key, i) =>
      subtensor.addStake({ coldkey: key, netuid, hotkey: key.address, amount: options.validators[i] as Tao, ...pool }),
    ),
  )
  const mineEpoch = async () => {
    const { epoch, blocksToNextEpoch } = await subtensor.getEpochStatus({ netuid })
    await localnet.mine(blocksToNextEpoch)
    if ((await subtensor.getEpochStatus({ netuid })).epoch === epoch) throw new Error('no epoch ran at the block that was forecast')
  }
  return {
    localnet,
    subtensor,
    netuid,
    alice,
    owner,
    validators,
    miners,
    sealed,
    mineEpoch,
    async [Symbol.asyncDispose]() {
      await subtensor.close()
      await localnet.close()
    },
  }
}
