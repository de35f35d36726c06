import { receiptHeaders, type Signer, signReceipt } from '@tensorkit/core'
import { createMessageDigest } from '@tensorkit/core/crypto'
import { createDendrite } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { domain } from '../../axon-session-support.js'
import { encodeText, Talk } from '../../dendrite-support.js'
import { startTestPeer, type TestCall } from '../../support/test-peer.js'
import { attackBench, type Cast, castOf } from '../support/attack-bench.js'

const without = vi.hoisted(() => ({ protection: undefined as 'the check of the receipt' | undefined }))

vi.mock('../../../packages/dendrite/src/receipts/check-receipt.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/receipts/check-receipt.js')>()
  const checkReceipt: typeof actual.checkReceipt = async (...given) =>
    without.protection === undefined
      ? actual.checkReceipt(...given)
      : (given[2].end.trailers.bytes(receiptHeaders.receipt) ?? new Uint8Array())
  return { ...actual, checkReceipt }
})

const bench = attackBench()
afterEach(() => {
  without.protection = undefined
})

const hashOf = (messages: readonly Uint8Array[]) => {
  const digest = createMessageDigest()
  for (const message of messages) digest.add(message)
  return { count: digest.count, hash: digest.hex() }
}

type Fields = Omit<Parameters<typeof signReceipt>[0], 'signer'>
interface Forgery {
  /** What the receipt says that is not so. */
  readonly says?: (cast: Cast) => Partial<Fields>
  readonly signer?: (cast: Cast) => Signer
  /** What becomes of its bytes. */
  readonly spoil?: (receipt: Uint8Array) => Uint8Array | undefined
}

const forgeries: Readonly<Record<string, Forgery>> = {
  'signed by another hotkey': { signer: ({ eve }) => eve },
  'signed by another hotkey, in the name of the axon': {
    signer: ({ bob, eve }) => ({ address: bob.address, publicKey: bob.publicKey, scheme: 'sr25519', sign: (text) => eve.sign(text) }),
  },
  'of a scheme that the axon does not have': {
    signer: ({ bob, eve }) => ({ address: bob.address, publicKey: bob.publicKey, scheme: 'ed25519', sign: (text) => eve.sign(text) }),
  },
  'of another call': { says: () => ({ requestId: '0'.repeat(32) }) },
  'of another method': { says: () => ({ path: Talk.collect.path }) },
  'of another caller': { says: ({ eve }) => ({ caller: eve.address }) },
  'of another subnet': { says: () => ({ domain: { ...domain, netuid: 2 } }) },
  'of another request': { says: () => ({ requestHash: hashOf([encodeText('what nobody asked')]).hash }) },
  'of another answer': { says: () => ({ responseHash: hashOf([encodeText('what nobody said')]).hash }) },
  'of another status': { says: () => ({ status: 5 }) },
  'with a bit changed': {
    spoil: (receipt) => receipt.map((byte, i) => (i === receipt.length - 1 ? (byte === 0x30 ? 0x31 : 0x30) : byte)),
  },
  'that is empty': { spoil: () => new Uint8Array() },
  'that is not there': { spoil: () => undefined },
}

describe.each(['http2', 'grpc-js'] as const)('over %s', (transport) => {
  /** A miner whose replies carry a receipt, true but for the forgery; its streams end after `sent` of three messages. */
  const start = async (forgery: Forgery = {}, sent = 3) => {
    const cast = await castOf()
    const { alice, bob } = cast
    const answer = async (call: TestCall, said: readonly Uint8Array[], done: readonly Uint8Array[]) => {
      const [requests, responses] = [hashOf(await call.messages), hashOf(said)]
      const receipt = await signReceipt({
        signer: forgery.signer?.(cast) ?? bob,
        domain,
        caller: alice.address,
        requestId: String(call.headers[receiptHeaders.requestId]),
        path: String(call.headers[':path']),
        requestCount: requests.count,
        requestHash: requests.hash,
        responseCount: responses.count,
        responseHash: responses.hash,
        status: 0,
        unixNs: BigInt(Date.now()) * 1_000_000n,
        ...forgery.says?.(cast),
      })
      const bytes = forgery.spoil === undefined ? receipt : forgery.spoil(receipt)
      const trailer = bytes && { [receiptHeaders.receipt]: Buffer.from(bytes).toString('base64') }
      call.answer(done, { 'grpc-status': '0', ...trailer })
    }
    const story = ['once', 'upon', 'a time'].map((text) => encodeText(text))
    const behaviours = {
      [Talk.say.path]: (call: TestCall) => answer(call, story.slice(0, 1), story.slice(0, 1)),
      [Talk.tell.path]: (call: TestCall) => answer(call, story, story.slice(0, sent)),
    }
    const peer = bench.keep(await startTestPeer({ signer: bob, domain, behaviours }))
    const dendrite = bench.keep(createDendrite({ signer: alice, directory: domain, timeoutMs: 3_000, transport, receipts: 'always' }))
    return { dendrite, target: { hotkey: bob.address, host: '127.0.0.1', port: peer.port } }
  }
  const ask = async (forgery?: Forgery) => {
    const { dendrite, target } = await start(forgery)
    return dendrite.call(target, Talk.say, { text: 'hi', count: 1 })
  }
  const listen = async (sent: number) => {
    const { dendrite, target } = await start({}, sent)
    const stream = dendrite.stream(target, Talk.tell, { text: 'hi', count: 1 })
    const texts: string[] = []
    for await (const { text } of stream) texts.push(text)
    return { texts, result: await stream.result }
  }

  describe.each(Object.entries(forgeries))('attack: a reply with a receipt %s', (_name, forgery) => {
    it('is not taken, and one with a true receipt is', async () => {
      expect(await ask(forgery)).toMatchObject({ ok: false, error: { code: 'DENDRITE_RECEIPT_INVALID' } })
      expect(await ask()).toMatchObject({ ok: true, value: { text: 'once' }, receipt: expect.any(Uint8Array) })
    })

    it('control: is taken without the check of the receipt', async () => {
      without.protection = 'the check of the receipt'
      expect(await ask(forgery)).toMatchObject({ ok: true, value: { text: 'once' } })
    })
  })

  describe('attack: a stream is cut, and ended as if that were all', () => {
    it('is found out by its receipt, and a whole one is taken', async () => {
      expect(await listen(2)).toMatchObject({ result: { ok: false, error: { code: 'DENDRITE_RECEIPT_INVALID' } } })
      expect(await listen(3)).toMatchObject({ texts: ['once', 'upon', 'a time'], result: { ok: true } })
    })

    it('control: is taken for the whole without the check of the receipt', async () => {
      without.protection = 'the check of the receipt'
      expect(await listen(2)).toMatchObject({ texts: ['once', 'upon'], result: { ok: true } })
    })
  })
})
