// An unmodified @polkadot/api: promise, derive and rx. Prints what it saw as JSON.
import { ApiPromise, ApiRx, WsProvider } from '@polkadot/api'
import { Keyring } from '@polkadot/keyring'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { firstValueFrom, take, takeWhile, toArray } from 'rxjs'

const url = process.argv[2]
const options = () => ({ provider: new WsProvider(url), noInitWarn: true, throwOnConnect: true })
await cryptoWaitReady()
const keyring = new Keyring({ type: 'sr25519', ss58Format: 42 })
const [alice, bob] = ['//Alice', '//Bob'].map((uri) => keyring.addFromUri(uri))

async function byPromise() {
  const api = await ApiPromise.create(options())
  const balances = []
  const unsubscribe = await api.query.system.account(bob.address, ({ data }) => balances.push(data.free.toString()))
  const transfer = api.tx.balances.transferKeepAlive(bob.address, 1_000_000_000n)
  const { partialFee } = await transfer.paymentInfo(alice)
  const send = (call) =>
    new Promise((resolve, reject) => {
      const statuses = []
      call
        .signAndSend(alice, ({ status, events, dispatchError }) => {
          statuses.push(status.type)
          if (!status.isFinalized) return
          const names = events.map(({ event }) => `${event.section}.${event.method}`)
          resolve({ statuses, events: names, error: dispatchError ? dispatchError.toString() : null })
        })
        .catch(reject)
    })
  const paid = await send(transfer)
  const failed = await send(api.tx.balances.transferKeepAlive(bob.address, 10n ** 18n))
  const batched = await send(api.tx.utility.batchAll([transfer, api.tx.system.remark('0x00')]))
  unsubscribe()
  const heads = await new Promise((resolve, reject) => {
    const numbers = []
    const stop = api.rpc.chain.subscribeFinalizedHeads(({ number }) => {
      if (numbers.push(number.toNumber()) === 3) stop.then((end) => resolve(end() ?? numbers), reject)
    })
  })
  const [stake, hyperparameters] = await Promise.all([
    api.call.stakeInfoRuntimeApi.getStakeInfoForColdkey(alice.address),
    api.call.subnetInfoRuntimeApi.getSubnetHyperparamsV2(1),
  ])
  const report = {
    genesis: api.genesisHash.toHex(),
    spec: api.runtimeVersion.specVersion.toNumber(),
    fee: partialFee.toString(),
    paid,
    failed,
    batched,
    heads,
    balances,
    networks: (await api.query.subtensorModule.networksAdded.entries()).length,
    stake: stake.toJSON(),
    tempo: hyperparameters.toJSON().tempo,
    pending: (await api.rpc.author.pendingExtrinsics()).length,
  }
  await api.disconnect()
  return report
}

async function byDerive() {
  const api = await ApiPromise.create(options())
  const all = await api.derive.balances.all(alice.address)
  const header = await api.derive.chain.getHeader(await api.rpc.chain.getBlockHash(1))
  const report = {
    free: all.freeBalance.toString(),
    nonce: all.accountNonce.toNumber(),
    best: (await api.derive.chain.bestNumber()).toNumber(),
    finalized: (await api.derive.chain.bestNumberFinalized()).toNumber(),
    first: header.number.toNumber(),
    extrinsics: (await api.derive.chain.getBlock(header.hash)).extrinsics.map(({ extrinsic }) => extrinsic.method.method),
  }
  await api.disconnect()
  return report
}

async function byRx() {
  const api = await firstValueFrom(ApiRx.create(options()))
  const numbers = await firstValueFrom(api.query.system.number().pipe(take(3), toArray()))
  const result = await firstValueFrom(
    api.tx.balances
      .transferKeepAlive(bob.address, 1_000_000_000n)
      .signAndSend(alice)
      .pipe(
        takeWhile(({ status }) => !status.isFinalized, true),
        toArray(),
      ),
  )
  const heads = await firstValueFrom(api.derive.chain.subscribeNewHeads().pipe(take(2), toArray()))
  await api.disconnect()
  return {
    numbers: numbers.map((number) => number.toNumber()),
    statuses: result.map(({ status }) => status.type),
    heads: heads.map(({ number }) => number.toNumber()),
  }
}

console.log(JSON.stringify({ promise: await byPromise(), derive: await byDerive(), rx: await byRx() }))
process.exit(0)
