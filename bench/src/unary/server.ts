// The server of the unary benchmark, in a process of its own: `server.js plain|tensorkit`.
import { Server, ServerCredentials, type ServerUnaryCall, type sendUnaryData } from '@grpc/grpc-js'
import { createAxon } from '@tensorkit/axon'
import { createMemoryReplayStore, staticDirectory } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { answerQuestions } from './control.js'
import { Echo, plainService } from './echo.js'

let calls = 0

async function tensorkit(): Promise<number> {
  const [alice, bob] = await Promise.all([signerFromUri('//Alice'), signerFromUri('//Bob')])
  const directory = staticDirectory({
    netuid: 1,
    genesisHash: '0'.repeat(64),
    neurons: [{ uid: 0, hotkey: alice.address, validatorPermit: true, stake: 1n }],
  })
  const axon = createAxon({
    signer: bob,
    directory,
    port: 0,
    admit: { validatorPermit: true, minStake: 1n },
    limits: { callsPerSecondPerHotkey: 1_000_000 },
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n, maxEntries: 10_000_000, maxEntriesPerHotkey: 10_000_000 }),
  })
  axon.implement(Echo, {
    say: ({ data }) => {
      calls++
      return { data }
    },
  })
  await axon.listen()
  return axon.endpoint.port
}

function plain(): Promise<number> {
  const server = new Server({ 'grpc.enable_channelz': 0 })
  server.addService(plainService, {
    say: (call: ServerUnaryCall<{ data: Uint8Array }, { data: Uint8Array }>, respond: sendUnaryData<{ data: Uint8Array }>) => {
      calls++
      respond(null, { data: call.request.data })
    },
  })
  return new Promise((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', ServerCredentials.createInsecure(), (error, port) => (error ? reject(error) : resolve(port)))
  })
}

const port = await (process.argv[2] === 'plain' ? plain() : tensorkit())
answerQuestions({ calls: () => calls, port })
