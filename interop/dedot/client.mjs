// An unmodified dedot, both its clients: by the new JSON-RPC and by the legacy one. Prints what it saw as JSON.
import { Keyring } from '@polkadot/keyring'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { DedotClient, LegacyClient, WsProvider } from 'dedot'

await cryptoWaitReady()
const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
const [alice, bob] = ['//Alice', '//Bob'].map((uri) => keyring.addFromUri(uri))

async function use(Client) {
  const client = await Client.new(new WsProvider(process.argv[2]))
  const balances = []
  const stop = await client.query.system.account(bob.address, ({ data }) => balances.push(data.free))
  const transfer = client.tx.balances.transferKeepAlive(bob.address, 1_000_000_000n)
  const { partialFee } = await transfer.paymentInfo(alice)
  const send = (call) =>
    new Promise((resolve, reject) => {
      const statuses = []
      call
        .signAndSend(alice, ({ status, events, dispatchError }) => {
          statuses.push(status.type)
          if (status.type !== 'Finalized') return
          const names = events.map(({ event }) => `${event.pallet}.${event.palletEvent?.name ?? event.palletEvent}`)
          resolve({ statuses, events: names, error: dispatchError ?? null })
        })
        .catch(reject)
    })
  const paid = await send(transfer)
  const failed = await send(client.tx.balances.transferKeepAlive(bob.address, 10n ** 18n))
  const batched = await send(client.tx.utility.batchAll([transfer.call, client.tx.system.remark('0x00').call]))
  await stop()
  const numbers = await new Promise((resolve, reject) => {
    const seen = []
    client.query.system.number((number) => seen.push(number) === 3 && resolve(seen)).catch(reject)
  })
  const report = {
    genesis: await client.genesisHash,
    spec: client.runtimeVersion.specVersion,
    fee: partialFee,
    paid,
    failed,
    batched,
    balances,
    numbers,
    deposit: client.consts.balances.existentialDeposit,
    networks: (await client.query.subtensorModule.networksAdded.entries()).length,
    nonce: await client.call.accountNonceApi.accountNonce(alice.address),
    tempo: (await client.call.subnetInfoRuntimeApi.getSubnetHyperparamsV2(1))?.tempo,
  }
  await client.disconnect()
  return report
}

const legacy = await use(LegacyClient)
console.log(JSON.stringify({ legacy, v2: await use(DedotClient) }, (_key, value) => (typeof value === 'bigint' ? value.toString() : value)))
process.exit(0)
