// The client of the unary benchmark, in a process of its own: `client.js plain|tensorkit PORT`.
import { Client, credentials, Metadata } from '@grpc/grpc-js'
import { signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite } from '@tensorkit/dendrite'
import { answerQuestions } from './control.js'
import { Echo, payload, plainService } from './echo.js'

const inFlight = 64
const port = Number(process.argv[3])

async function tensorkit(): Promise<() => Promise<void>> {
  const [alice, bob] = await Promise.all([signerFromUri('//Alice'), signerFromUri('//Bob')])
  const dendrite = createDendrite({ signer: alice })
  const target = { hotkey: bob.address, host: '127.0.0.1', port }
  return async () => {
    const reply = await dendrite.call(target, Echo.say, { data: payload })
    if (!reply.ok) throw reply.error
  }
}

function plain(): () => Promise<void> {
  const client = new Client(`127.0.0.1:${port}`, credentials.createInsecure(), { 'grpc.enable_channelz': 0, 'grpc.enable_retries': 0 })
  const { path, requestSerialize, responseDeserialize } = plainService.say
  return () =>
    new Promise((resolve, reject) => {
      const options = { deadline: Date.now() + 12_000 }
      client.makeUnaryRequest(path, requestSerialize, responseDeserialize, { data: payload }, new Metadata(), options, (error) =>
        error ? reject(error) : resolve(),
      )
    })
}

const call = await (process.argv[2] === 'plain' ? plain() : tensorkit())
let made = 0

async function run(calls: number): Promise<void> {
  let left = calls
  const worker = async () => {
    while (left-- > 0) {
      await call()
      made++
    }
  }
  await Promise.all(Array.from({ length: inFlight }, worker))
}

answerQuestions({ calls: () => made, run, port })
