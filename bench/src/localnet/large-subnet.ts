import type { LocalSigner } from '@tensorkit/core/crypto'
import { signerFromUri } from '@tensorkit/core/crypto'
import type { Localnet } from '@tensorkit/localnet'
import { calls, hotkeys, scale, signExtrinsic } from './chain-client.js'
import type { RpcSocket } from './rpc-socket.js'

/** Neurons, the owner's among them. */
const neurons = 256
/** As many as the default of MaxAllowedValidators. */
const validators = 64
const netuid = 2
/** The least that `sudo_set_tempo` is asked for here: a few epochs while blocks are counted. */
const tempo = 100

/** A subnet that is full, and its validators. */
export interface LargeSubnet {
  readonly netuid: number
  readonly validators: readonly LocalSigner[]
}

/** Makes a subnet of 256 neurons, 64 of which may set weights, by the chain's own calls. */
export async function largeSubnet(localnet: Localnet, rpc: RpcSocket): Promise<LargeSubnet> {
  const alice = await signerFromUri('//Alice')
  let nonce = 0
  const submit = async (call: Uint8Array): Promise<void> => {
    await rpc.call('author_submitExtrinsic', signExtrinsic(localnet, { signer: alice, nonce: nonce++, call }))
    await localnet.mine()
  }
  const signers = await hotkeys(neurons)
  const [owner, ...others] = signers as [LocalSigner, ...LocalSigner[]]
  await submit(calls.registerNetwork(owner.publicKey))
  await submit(calls.startCall(netuid))
  const id = scale.u16(netuid)
  const no = Buffer.of(0)
  const settings = [
    calls.adminUtils(74, scale.u16(0)), // no freeze before epochs
    calls.adminUtils(49, id, no), // weights in the open
    calls.adminUtils(7, id, scale.u64(0n)), // at any time
    calls.adminUtils(27, id, scale.u16(neurons)), // registrations a block
    calls.adminUtils(21, id, scale.u16(neurons)), // and an interval
    calls.adminUtils(30, id, scale.u16(tempo)),
  ]
  await submit(calls.sudo(calls.batchAll(settings)))
  await submit(calls.batchAll(others.map((hotkey) => calls.burnedRegister(netuid, hotkey.publicKey))))
  const staking = signers.slice(0, validators)
  await submit(calls.batchAll(staking.map((hotkey) => calls.addStake(hotkey.publicKey, netuid, 10_000_000_000n))))
  await localnet.mine(tempo)
  return { netuid, validators: staking }
}
