// An unmodified polkadot-api with the descriptors that its own generator made. Prints what it saw as JSON.

import { Keyring } from '@polkadot/keyring'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { localnet, MultiAddress } from '@polkadot-api/descriptors'
import { createClient } from 'polkadot-api'
import { getPolkadotSigner } from 'polkadot-api/signer'
import { getWsProvider } from 'polkadot-api/ws'
import { firstValueFrom, take, toArray } from 'rxjs'
import { WebSocket } from 'ws'

await cryptoWaitReady()
const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
const [alice, bob] = ['//Alice', '//Bob'].map((uri) => keyring.addFromUri(uri))
const signer = getPolkadotSigner(alice.publicKey, 'Sr25519', (bytes) => alice.sign(bytes))
const client = createClient(getWsProvider(process.argv[2], { websocketClass: WebSocket }))
const api = client.getTypedApi(localnet)

const names = (events) => events.map(({ type, value }) => `${type}.${value.type}`)
const send = (call) =>
  new Promise((resolve, reject) => {
    const statuses = []
    call.signSubmitAndWatch(signer).subscribe({
      next: (event) => {
        statuses.push(event.type)
        if (event.type === 'finalized') resolve({ statuses, ok: event.ok, events: names(event.events), error: event.dispatchError ?? null })
      },
      error: reject,
    })
  })

const { genesisHash, name } = await client.getChainSpecData()
const account = { before: await api.query.System.Account.getValue(bob.address) }
const transfer = api.tx.Balances.transfer_keep_alive({ dest: MultiAddress.Id(bob.address), value: 1_000_000_000n })
const fee = await transfer.getEstimatedFees(alice.address)
const paid = await send(transfer)
const failed = await send(api.tx.Balances.transfer_keep_alive({ dest: MultiAddress.Id(bob.address), value: 10n ** 18n }))
const batched = await send(
  api.tx.Utility.batch_all({ calls: [transfer.decodedCall, api.tx.System.remark({ remark: new Uint8Array(1) }).decodedCall] }),
)
account.after = await api.query.System.Account.getValue(bob.address)
const finalized = await firstValueFrom(client.finalizedBlock$.pipe(take(3), toArray()))
const best = await firstValueFrom(client.bestBlocks$.pipe(take(2), toArray()))
const watched = await firstValueFrom(api.query.System.Number.watchValue('finalized').pipe(take(3), toArray()))
const [{ hash }] = finalized
console.log(
  JSON.stringify(
    {
      name,
      genesisHash,
      fee,
      paid,
      failed,
      batched,
      balances: [account.before.data.free, account.after.data.free],
      finalized: finalized.map(({ number }) => number),
      best: best.map(([block]) => block.number),
      watched: watched.map((seen) => Number(seen?.value ?? seen)),
      deposit: await api.constants.Balances.ExistentialDeposit(),
      networks: (await api.query.SubtensorModule.NetworksAdded.getEntries()).length,
      accounts: (await api.query.System.Account.getEntries()).length,
      tempo: (await api.apis.SubnetInfoRuntimeApi.get_subnet_hyperparams_v2(1))?.tempo,
      body: (await client.getBlockBody(hash)).length,
    },
    (_key, value) => (typeof value === 'bigint' ? value.toString() : value),
  ),
)
client.destroy()
process.exit(0)
