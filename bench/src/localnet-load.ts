// A chain with a full subnet under load, in a process of its own. Prints its figures as JSON.
import { xxhashAsHex } from '@polkadot/util-crypto'
import { createLocalnet } from '@tensorkit/localnet'
import { median } from './harness/statistics.js'
import { calls, signExtrinsic } from './localnet/chain-client.js'
import { largeSubnet } from './localnet/large-subnet.js'
import type { LoadFigures } from './localnet/load-figures.js'
import { RpcSocket } from './localnet/rpc-socket.js'

const [blocks = 1000, rounds = 16, reads = 50] = process.argv.slice(2).map(Number)

const storageKey = (pallet: string, item: string, key = ''): string =>
  `0x${xxhashAsHex(pallet, 128).slice(2)}${xxhashAsHex(item, 128).slice(2)}${key}`

// Values that change with every block.
const changing = [
  storageKey('System', 'Number'),
  storageKey('System', 'ParentHash'),
  storageKey('Timestamp', 'Now'),
  storageKey('SubtensorModule', 'SubnetAlphaOut', '0200'),
  storageKey('SubtensorModule', 'PendingServerEmission', '0200'),
]

const localnet = await createLocalnet()
const rpc = await RpcSocket.connect(localnet.url)
const subnet = await largeSubnet(localnet, rpc)

async function emptyBlocks(): Promise<number> {
  const until = localnet.block.number + blocks
  let told = 0
  let done = (): void => {}
  const all = new Promise<void>((resolve) => {
    done = resolve
  })
  await rpc.subscribe('chain_subscribeNewHeads', [], (head) => {
    if (Number((head as { number: string }).number) === until) done()
  })
  for (const key of changing) await rpc.subscribe('state_subscribeStorage', [[key]], () => void told++)
  const startMs = performance.now()
  await localnet.mine(blocks)
  await all
  const seconds = (performance.now() - startMs) / 1000
  if (told < blocks * changing.length) throw new Error(`only ${told} changes of storage were told`)
  return blocks / seconds
}

async function setWeights(): Promise<{ readonly perSecond: number; readonly included: number }> {
  const uids = Array.from({ length: 64 }, (_, uid) => uid)
  const extrinsics = Array.from({ length: rounds }, (_, nonce) =>
    subnet.validators.map((signer, index) =>
      signExtrinsic(localnet, {
        signer,
        nonce,
        call: calls.setWeights(
          subnet.netuid,
          uids,
          uids.map((uid) => 1 + ((uid * 7 + index + nonce) % 1000)),
        ),
      }),
    ),
  ).flat()
  let included = 0
  const startMs = performance.now()
  // As many on their way as the server lets one connection have.
  let next = 0
  const submitter = async (): Promise<void> => {
    while (next < extrinsics.length) await rpc.call('author_submitExtrinsic', extrinsics[next++])
  }
  const submitting = Promise.all(Array.from({ length: 32 }, submitter))
  let submitted = false
  void submitting.then(() => {
    submitted = true
  })
  for (;;) {
    const { hash } = await localnet.mine()
    const { block } = (await rpc.call('chain_getBlock', hash)) as { readonly block: { readonly extrinsics: readonly string[] } }
    included += block.extrinsics.length - 1
    if (included >= extrinsics.length) break
    if (submitted && block.extrinsics.length === 1) break
  }
  const seconds = (performance.now() - startMs) / 1000
  await submitting
  return { perSecond: included / seconds, included }
}

async function metagraph(): Promise<{ readonly p50Ms: number; readonly bytes: number }> {
  const times: number[] = []
  let bytes = 0
  for (let read = 0; read < reads; read++) {
    await localnet.mine()
    const startMs = performance.now()
    const hex = (await rpc.call('state_call', 'SubnetInfoRuntimeApi_get_metagraph', '0x0200')) as string
    times.push(performance.now() - startMs)
    bytes = (hex.length - 2) / 2
  }
  return { p50Ms: median(times), bytes }
}

const weights = await setWeights()
const read = await metagraph()
const figures: LoadFigures = {
  blocksPerSecond: await emptyBlocks(),
  weightsPerSecond: weights.perSecond,
  includedWeights: weights.included,
  metagraphP50Ms: read.p50Ms,
  metagraphBytes: read.bytes,
}
rpc.close()
await localnet.close()
console.log(JSON.stringify(figures))
