// Reads a subnet from a chain with @polkadot/api alone, as somebody who never heard of TensorKit would:
// `node read-subnet.mjs <ws url> <netuid> <block>` prints JSON. Fractions are the chain's u16, amounts rao in decimal.
import { ApiPromise, WsProvider } from '@polkadot/api'

const [url, netuid, block] = process.argv.slice(2)
const api = await ApiPromise.create({ provider: new WsProvider(url), noInitWarn: true })
try {
  const at = await api.at(await api.rpc.chain.getBlockHash(Number(block)))
  const pallet = at.query.subtensorModule
  const count = (await pallet.subnetworkN(netuid)).toNumber()
  const [incentive, dividends, consensus, vtrust, emission, permit] = await Promise.all(
    ['incentive', 'dividends', 'consensus', 'validatorTrust', 'emission', 'validatorPermit'].map((item) => pallet[item](netuid)),
  )
  const neurons = await Promise.all(
    Array.from({ length: count }, async (_, uid) => ({
      uid,
      hotkey: (await pallet.keys(netuid, uid)).toString(),
      incentive: incentive[uid].toNumber(),
      dividends: dividends[uid].toNumber(),
      consensus: consensus[uid].toNumber(),
      vtrust: vtrust[uid].toNumber(),
      emission: emission[uid].toString(),
      permit: permit[uid].isTrue,
    })),
  )
  const ownerHotkey = (await pallet.subnetOwnerHotkey(netuid)).toString()
  const epochs = (await pallet.subnetEpochIndex(netuid)).toNumber()
  process.stdout.write(`${JSON.stringify({ chain: (await api.rpc.system.chain()).toString(), ownerHotkey, epochs, neurons })}\n`)
} finally {
  await api.disconnect()
}
