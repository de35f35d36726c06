import {
  bool,
  bytes,
  type Codec,
  checkBtauthClaim,
  checkSessionClaim,
  defineProtocol,
  double,
  encodeReceiptText,
  encodeSessionOpen,
  enumeration,
  enumType,
  fixed32,
  int64,
  map,
  message,
  nested,
  optional,
  parseReceipt,
  repeated,
  type Signer,
  sint32,
  string,
  TensorKitError,
  tensor,
  tensorOf,
  uint64,
  unary,
} from '@tensorkit/core'
import { verifySignature } from '@tensorkit/core/crypto'
import type { Random } from './random.js'

const part = message('Part', { name: string(1), weight: double(2), tags: repeated(string(3)) })
const color = enumType('Color', { COLOR_UNSPECIFIED: 0, RED: 1, BLUE: 2 })
const everything = message('Everything', {
  flag: bool(1),
  count: uint64(2),
  offset: int64(3),
  small: sint32(4),
  fixed: fixed32(5),
  text: string(6),
  raw: bytes(7),
  numbers: repeated(uint64(8)),
  parts: repeated(nested(9, part)),
  byName: map('string', nested(10, part)),
  weights: tensor(11),
  maybe: optional(nested(12, part)),
  color: enumeration(13, color),
})
const Fuzzed = defineProtocol('fuzz.v1.Fuzzed', { say: unary({ request: everything, response: everything }) })

/** One kind of input that comes from strangers. */
export interface FuzzTarget {
  readonly name: string
  /** Of so many cases in all, the share of this one. */
  readonly weight: number
  /** Tries one case. Throws if the code under test did anything but take it or refuse it by name. */
  run(random: Random): void
}

const sameBytes = (a: Uint8Array, b: Uint8Array) => Buffer.compare(a, b) === 0

/** A message that is refused by name, or decodes to a value that encodes and decodes to the same again. */
function checkCodec<T>(codec: Codec<T>, input: Uint8Array): void {
  let value: T
  try {
    value = codec.decode(input)
  } catch (error) {
    if (TensorKitError.isInstance(error)) return
    throw error
  }
  const once = codec.encode(value)
  if (!sameBytes(codec.encode(codec.decode(once)), once))
    throw new Error(`${codec.typeName} is not stable: ${Buffer.from(input).toString('hex')}`)
}

/** What is fuzzed: codecs, tensors, and everything that a peer's metadata can hold. */
export async function fuzzTargets({
  signer,
  server,
}: {
  readonly signer: Signer
  readonly server: Signer
}): Promise<readonly FuzzTarget[]> {
  const somePart = { name: 'part', weight: 0.5, tags: ['a', 'b'] }
  const value = {
    flag: true,
    count: 7n,
    offset: -7n,
    small: -1,
    fixed: 9,
    text: 'grüße',
    raw: new Uint8Array(16).fill(3),
    numbers: [1n, 300n, 2n ** 40n],
    parts: [somePart, somePart],
    byName: new Map([['one', somePart]]),
    weights: tensorOf('F32', [2, 3], Float32Array.of(1, 2, 3, 4, 5, 6)),
    maybe: somePart,
    color: 'RED' as const,
  }
  const codec = Fuzzed.say.request
  const valid = codec.encode(value)
  const domain = { genesisHash: '0'.repeat(64), netuid: 1 }
  const window = { maxAgeMs: 10_000, allowedSkewMs: 2_000 }
  const spkiSha256 = 'ab'.repeat(32)
  const unixNs = BigInt(Date.now()) * 1_000_000n
  const clock = { nowMs: () => Number(unixNs / 1_000_000n), nowNs: () => unixNs, monotonicMs: () => 0, sleep: () => Promise.resolve() }
  const open = encodeSessionOpen({
    domain,
    scheme: 'sr25519',
    client: signer.address,
    server: server.address,
    spkiSha256,
    nonce: 'cd'.repeat(32),
    unixNs,
  })
  const openSignature = await signer.sign(open)
  const receiptText = encodeReceiptText({
    domain,
    scheme: 'sr25519',
    axon: server.address,
    caller: signer.address,
    requestId: 'ef'.repeat(16),
    path: '/fuzz.v1.Fuzzed/Say',
    requestCount: 1,
    requestHash: '12'.repeat(32),
    responseCount: 1,
    responseHash: '34'.repeat(32),
    status: 0,
    unixNs,
  })
  const receiptSignature = await server.sign(receiptText)
  const receipt = Buffer.concat([receiptText, Buffer.from(`\n${Buffer.from(receiptSignature).toString('hex')}`)])
  const headers: Readonly<Record<string, string>> = {
    'x-bittensor-version': '1',
    'x-bittensor-hotkey': signer.address,
    'x-bittensor-receiver': server.address,
    'x-bittensor-nonce': String(unixNs),
    'x-bittensor-signature': `0x${'01'.repeat(64)}`,
    'x-tk-body-sha256': '56'.repeat(32),
  }
  return [
    { name: 'messages, changed', weight: 35, run: (random) => checkCodec(codec, random.mutate(valid)) },
    { name: 'messages, random', weight: 10, run: (random) => checkCodec(codec, random.bytes(random.below(256))) },
    {
      name: 'tensors',
      weight: 25,
      run: (random) => {
        const inside = random.mutate(
          Uint8Array.of(
            8,
            1 + random.below(14),
            0x12,
            2,
            random.below(5),
            random.below(5),
            0x1a,
            random.below(64),
            ...random.bytes(random.below(64)),
          ),
        )
        checkCodec(codec, Buffer.concat([Uint8Array.of(0x5a, inside.length & 0x7f), inside]))
      },
    },
    {
      name: 'session texts',
      weight: 10,
      run: (random) => {
        const text = random.mutate(open)
        const outcome = checkSessionClaim({
          text,
          signature: openSignature,
          receiver: server.address,
          domain,
          spkiSha256,
          clock,
          ...window,
        })
        // Some changes keep the shape, in the nonce or the time. A few of them are worth the signature that must not hold.
        if (!outcome.ok || sameBytes(text, open) || random.below(20) > 0) return
        const { publicKey, text: signed, signature } = outcome.claim
        if (verifySignature({ scheme: 'sr25519', publicKey, message: signed, signature })) throw new Error('a changed text was believed')
      },
    },
    {
      name: 'receipts',
      weight: 10,
      run: (random) => {
        const changed = random.mutate(receipt)
        const outcome = parseReceipt(changed)
        if (!outcome.ok || sameBytes(changed, receipt)) return
        const { text, signature } = outcome.receipt
        // A value has one spelling: what is taken is what was given.
        const again = Buffer.concat([text, Buffer.from(`\n${Buffer.from(signature).toString('hex')}`)])
        if (!sameBytes(again, changed)) throw new Error('a receipt has two spellings')
      },
    },
    {
      name: 'metadata of btauth/1',
      weight: 10,
      run: (random) => {
        const changed = Object.fromEntries(
          Object.entries(headers)
            .filter(() => random.below(20) > 0)
            .map(([name, text]) => [name, random.below(3) > 0 ? text : Buffer.from(random.mutate(Buffer.from(text))).toString('latin1')]),
        )
        checkBtauthClaim({ headers: changed, receiver: server.address, clock, ...window })
      },
    },
  ]
}
