import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { promisify } from 'node:util'
import { type Axon, createAxon } from '@tensorkit/axon'
import {
  createMemoryReplayStore,
  createNonceSource,
  defineProtocol,
  f64Tensor,
  message,
  signBtauthCall,
  staticDirectory,
  tensor,
  uint32,
  unary,
} from '@tensorkit/core'
import { type LocalSigner, sha256, signerFromUri } from '@tensorkit/core/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'

// buf is a Go program with grpc-go's own HTTP/2 stack: a client that nobody here wrote.
const buf = createRequire(import.meta.url).resolve('@bufbuild/buf/bin/buf')
const run = promisify(execFile)

const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  predict: unary({
    request: message({ horizon: uint32(1) }),
    response: message({ mean: tensor(1), horizon: uint32(2) }),
  }),
})

let alice: LocalSigner
let bob: LocalSigner
let axon: Axon

async function curl(method: string, json: string, headers: Readonly<Record<string, string>> = {}): Promise<unknown> {
  const { host, port } = axon.endpoint
  const args = ['curl', '--protocol', 'grpc', '--http2-prior-knowledge', '--data', json]
  for (const [name, value] of Object.entries(headers)) args.push('--header', `${name}: ${value}`)
  const { stdout } = await run(process.execPath, [buf, ...args, `http://${host}:${port}/${method}`], { timeout: 60_000 })
  return JSON.parse(stdout)
}

beforeAll(async () => {
  ;[alice, bob] = await Promise.all([signerFromUri('//Alice'), signerFromUri('//Bob')])
  const directory = staticDirectory({
    netuid: 1,
    genesisHash: '0'.repeat(64),
    neurons: [{ uid: 0, hotkey: alice.address, validatorPermit: true }],
  })
  axon = createAxon({
    signer: bob,
    directory,
    port: 0,
    insecure: true,
    reflection: true,
    admit: { validatorPermit: true },
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
  })
  axon.implement(Forecaster, { predict: ({ horizon }) => ({ mean: f64Tensor([0.5, -1], [2]), horizon }) })
  await axon.listen()
})

afterAll(() => axon?.close())

describe('buf curl, by reflection', () => {
  it('lists the services', async () => {
    const { host, port } = axon.endpoint
    const { stdout } = await run(
      process.execPath,
      [buf, 'curl', '--protocol', 'grpc', '--http2-prior-knowledge', '--list-methods', `http://${host}:${port}`],
      {
        timeout: 60_000,
      },
    )
    expect(stdout.trim().split('\n').sort()).toEqual([
      'forecast.v1.Forecaster/Predict',
      'grpc.health.v1.Health/Check',
      'tensorkit.axon.v1.AxonService/Describe',
      'tensorkit.axon.v1.AxonService/OpenSession',
    ])
  })

  it('reads Describe and health', async () => {
    expect(await curl('tensorkit.axon.v1.AxonService/Describe', '{}')).toMatchObject({
      version: 1,
      hotkey: bob.address,
      profiles: ['session/1', 'btauth/1'],
    })
    expect(await curl('grpc.health.v1.Health/Check', '{}')).toEqual({ status: 'SERVING' })
  })

  it('calls a method with a signed request', async () => {
    const bodySha256 = Buffer.from(sha256(Forecaster.predict.request.encode({ horizon: 7 }))).toString('hex')
    const headers = await signBtauthCall({
      signer: alice,
      receiver: bob.address,
      path: Forecaster.predict.path,
      bodySha256,
      nonce: createNonceSource()(),
    })
    expect(await curl('forecast.v1.Forecaster/Predict', '{"horizon": 7}', headers)).toEqual({
      mean: { dtype: 'F64', shape: ['2'], data: Buffer.from(new Float64Array([0.5, -1]).buffer).toString('base64') },
      horizon: 7,
    })
  })

  it('is refused without a signature, with the constant text and its reason', async () => {
    const failure = await curl('forecast.v1.Forecaster/Predict', '{"horizon": 7}').catch((error: { stderr: string }) => error.stderr)
    expect(failure).toContain('unauthenticated')
    expect(failure).toContain('The call was not admitted')
  })
})
