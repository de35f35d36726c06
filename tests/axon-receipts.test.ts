import { status } from '@grpc/grpc-js'
import { type Axon, createAxon, createTlsIdentity, type Handlers, type TlsIdentity } from '@tensorkit/axon'
import {
  bidi,
  createMemoryReplayStore,
  defineProtocol,
  message,
  type ReceiptFields,
  receiptHeaders,
  uint32,
  unary,
  verifyReceipt,
} from '@tensorkit/core'
import { createMessageDigest, type LocalSigner, verifySignature } from '@tensorkit/core/crypto'
import { afterEach, beforeAll, describe, expect, it } from 'vitest'
import { directoryOf, genesisHash, recordingLogger, signers } from './axon-dendrite-support.js'
import { collect, openRawSession, type RawSession } from './raw-session.js'

const N = message({ n: uint32(1) })
const Sums = defineProtocol('test.v1.Sums', {
  add: unary({ request: N, response: N }),
  each: bidi({ request: N, response: N }),
})
const handlers: Handlers<typeof Sums> = {
  add: ({ n }) => {
    if (n === 99) throw new Error('no')
    return { n: n + 1 }
  },
  async *each(requests) {
    for await (const { n } of requests) yield { n: n + 1 }
  },
}
const asked = { [receiptHeaders.ask]: '1', [receiptHeaders.requestId]: '00112233445566778899aabbccddeeff' }
const encode = (n: number) => Buffer.from(Sums.add.request.encode({ n }))
const digestOf = (...numbers: number[]) => {
  const digest = createMessageDigest()
  for (const n of numbers) digest.add(encode(n))
  return digest.hex()
}

let alice: LocalSigner
let bob: LocalSigner
let identity: TlsIdentity
const opened: { close(): unknown }[] = []

async function serve(
  options: Partial<Parameters<typeof createAxon>[0]> = {},
): Promise<{ readonly axon: Axon; readonly session: RawSession }> {
  const axon = createAxon({
    signer: bob,
    directory: directoryOf([{ hotkey: alice.address, validatorPermit: true, stake: 5n }]),
    port: 0,
    tls: identity,
    replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    ...options,
  })
  opened.push(axon)
  axon.implement(Sums, handlers)
  await axon.listen()
  const session = await openRawSession({
    signer: alice,
    server: bob.address,
    domain: { genesisHash, netuid: 1 },
    endpoint: axon.endpoint,
    pin: identity,
  })
  opened.push(session)
  return { axon, session }
}

type Ended = { readonly metadata: { get(name: string): readonly (string | Buffer)[] } }
const receiptOf = ({ metadata }: Ended) => metadata.get(receiptHeaders.receipt)[0] as Buffer | undefined

async function fieldsOf(ended: Ended): Promise<ReceiptFields> {
  const verified = await verifyReceipt({ receipt: receiptOf(ended), verify: verifySignature })
  if (!verified.ok) throw new Error(verified.reason)
  return verified.fields
}

beforeAll(async () => {
  ;[alice, bob] = (await signers('Alice', 'Bob')) as [LocalSigner, LocalSigner]
  identity = await createTlsIdentity()
})
afterEach(async () => {
  await Promise.all(opened.splice(0).map((closable) => closable.close()))
})

describe('a receipt', () => {
  it('comes with a call that asks for one, and says what was read and sent', async () => {
    const { session } = await serve()
    const { status: ended } = await session.unary(Sums.add, { n: 4 }, session.metadata(asked))
    const { unixNs, ...fields } = await fieldsOf(ended)
    expect(fields).toEqual({
      domain: { genesisHash, netuid: 1 },
      scheme: 'sr25519',
      axon: bob.address,
      caller: alice.address,
      requestId: asked[receiptHeaders.requestId],
      path: Sums.add.path,
      requestCount: 1,
      requestHash: digestOf(4),
      responseCount: 1,
      responseHash: digestOf(5),
      status: 0,
    })
    expect(Math.abs(Number(unixNs / 1_000_000n) - Date.now())).toBeLessThan(60_000)
  })

  it('of a stream counts all messages', async () => {
    const { session } = await serve()
    const call = session.bidi(Sums.each, session.metadata(asked))
    for (const n of [1, 2, 3]) call.write(encode(n))
    call.end()
    const { messages, status: ended } = await collect(call)
    expect(messages).toHaveLength(3)
    expect(await fieldsOf(ended)).toMatchObject({
      requestCount: 3,
      requestHash: digestOf(1, 2, 3),
      responseCount: 3,
      responseHash: digestOf(2, 3, 4),
      status: 0,
    })
  })

  it('comes with an error of the handler too', async () => {
    const { session } = await serve()
    const { status: ended } = await session.unary(Sums.add, { n: 99 }, session.metadata(asked))
    expect(ended.code).toBe(status.INTERNAL)
    expect(await fieldsOf(ended)).toMatchObject({ status: 13, requestCount: 1, responseCount: 0, responseHash: digestOf() })
  })

  it('does not come unasked, nor with a refusal', async () => {
    const { session } = await serve({ admit: ({ path }) => path !== Sums.each.path })
    const { status: plain } = await session.unary(Sums.add, { n: 4 })
    expect([plain.code, receiptOf(plain)]).toEqual([status.OK, undefined])
    const { status: refused } = await collect(session.bidi(Sums.each, session.metadata(asked)))
    expect([refused.code, receiptOf(refused)]).toEqual([status.PERMISSION_DENIED, undefined])
    const call = session.client.makeUnaryRequest.bind(session.client)
    const undecodable = await new Promise<Ended & { code: number }>((resolve) => {
      const same = (bytes: Buffer) => bytes
      call(Sums.add.path, same, same, Buffer.from([0xff]), session.metadata(asked), () => {}).on('status', resolve)
    })
    expect([undecodable.code, receiptOf(undecodable)]).toEqual([status.INVALID_ARGUMENT, undefined])
  })

  it.each([
    ['another ask', { ...asked, [receiptHeaders.ask]: 'yes' }],
    ['no request id', { [receiptHeaders.ask]: '1' }],
    ['a request id in upper case', { ...asked, [receiptHeaders.requestId]: 'A'.repeat(32) }],
    ['a short request id', { ...asked, [receiptHeaders.requestId]: 'a'.repeat(31) }],
  ])('is refused with %s', async (_name, headers) => {
    const { session } = await serve()
    const { status: ended } = await session.unary(Sums.add, { n: 4 }, session.metadata(headers))
    expect([ended.code, receiptOf(ended)]).toEqual([status.INVALID_ARGUMENT, undefined])
  })

  it('that cannot be signed costs the receipt, not the call', async () => {
    const logger = recordingLogger()
    let isBroken = false
    const signer = {
      ...bob,
      sign: (text: Uint8Array) => (isBroken ? Promise.reject(new Error('the vault is shut')) : bob.sign(text)),
    }
    const { session } = await serve({ signer, logger })
    isBroken = true
    const { body, status: ended } = await session.unary(Sums.add, { n: 4 }, session.metadata(asked))
    expect([Sums.add.response.decode(body as Buffer), receiptOf(ended)]).toEqual([{ n: 5 }, undefined])
    expect(logger.entries.filter(({ level }) => level === 'error')).toHaveLength(1)
  })
})
