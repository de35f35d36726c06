import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, it } from 'vitest'
import { createMessageDigest, initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '../crypto/index.js'
import type { Ss58Address } from '../identity/brands.js'
import type { Clock } from '../interfaces/clock.js'
import type { SignatureScheme } from '../interfaces/signer.js'
import { ss58Address } from '../ss58/ss58.js'
import { type ReceiptFields, signReceipt } from './receipt/receipt-text.js'
import { type ExpectedReceipt, parseReceipt, verifyReceipt } from './receipt/verify-receipt.js'
import { checkSessionClaim, verifySessionSignature } from './session/check-session-claim.js'
import { answerSession, checkSessionAnswer } from './session/session-answer.js'
import { signSessionOpen } from './session/sign-session-open.js'

beforeAll(initCrypto)

interface Listener {
  name: string
  text_utf8: string
  text_hex: string
  signature_hex: string
  receiver: string
  domain: string
  spki_sha256: string
  now_unix_ns: string
  directory_scheme: SignatureScheme
  refusal: string
}
interface Asked {
  name: string
  text_utf8: string
  text_hex: string
  signature_hex: string
  client_text_utf8: string
  token_hex: string
  server: string
  scheme: SignatureScheme
  domain: string
  now_unix_ns: string
  expires_at_s: number
  refusal: string
}
interface ReceiptCase {
  name: string
  receipt_utf8: string
  receipt_hex: string
  messages_hex: { request: string[]; response: string[] }
  fields: Record<string, string | number>
  expected: Record<string, string | number>
  refusal: string
}
interface Key {
  uri: string
  scheme: SignatureScheme
  address: string
  public_key_hex: string
}

const read = (name: string) => JSON.parse(readFileSync(new URL(`../../../../vectors/${name}`, import.meta.url), 'utf8'))
const session: { keys: Key[]; client: { good: Listener[]; bad: Listener[] }; server: { good: Asked[]; bad: Asked[] } } =
  read('session/session.json')
const receipts: { keys: Key[]; good: ReceiptCase[]; bad: ReceiptCase[] } = read('receipt/receipt.json')
const hex = (text: string) => Uint8Array.from(Buffer.from(text, 'hex'))
const utf8 = (text: string) => new TextEncoder().encode(text)
const domainOf = (line: string) => ({ genesisHash: line.slice(0, 64), netuid: Number(line.slice(65)) })
const clockOf = (ns: string): Clock => ({
  nowMs: () => Number(BigInt(ns) / 1_000_000n),
  nowNs: () => BigInt(ns),
  monotonicMs: () => 0,
  sleep: async () => {},
})
const signerOf = (keys: Key[], address: string) => {
  const key = keys.find((known) => known.address === address)
  if (key === undefined) throw new Error(`No key of ${address}`)
  return signerFromKeyPair(keyPairFromUri(key.uri, key.scheme))
}
const detailOf = (outcome: { ok: boolean; detail?: string }) => outcome.detail ?? 'ok'

it.each([...session.keys, ...receipts.keys])('the key $scheme $uri', ({ uri, scheme, address, public_key_hex }) => {
  const signer = signerFromKeyPair(keyPairFromUri(uri, scheme))
  expect(signer.address).toBe(address)
  expect(Buffer.from(signer.publicKey).toString('hex')).toBe(public_key_hex)
})

async function openedBy(vector: Listener, text: Uint8Array) {
  const outcome = checkSessionClaim({
    text,
    signature: hex(vector.signature_hex),
    receiver: vector.receiver as Ss58Address,
    domain: domainOf(vector.domain),
    spkiSha256: vector.spki_sha256,
    clock: clockOf(vector.now_unix_ns),
  })
  if (!outcome.ok) return outcome
  const signed = await verifySessionSignature({ claim: outcome.claim, scheme: vector.directory_scheme, verify: verifySignature })
  return signed.ok ? outcome : signed
}

describe('vectors of the client’s text', () => {
  it.each(session.client.good)('good: $name', async (vector) => {
    const outcome = await openedBy(vector, utf8(vector.text_utf8))
    const lines = vector.text_utf8.split('\n')
    expect(outcome).toMatchObject({
      ok: true,
      claim: { hotkey: lines[4], claimedScheme: lines[3], nonce: lines[7], unixNs: BigInt(lines[8] as string) },
    })
    // And we write these very bytes.
    const signed = await signSessionOpen({
      signer: signerOf(session.keys, lines[4] as string),
      server: ss58Address(vector.receiver),
      domain: domainOf(vector.domain),
      spkiSha256: vector.spki_sha256,
      clock: clockOf(lines[8] as string),
      nonce: lines[7],
    })
    expect(new TextDecoder().decode(signed.text)).toBe(vector.text_utf8)
    if (lines[3] === 'ed25519') expect(Buffer.from(signed.signature).toString('hex')).toBe(vector.signature_hex)
  })

  it.each(session.client.bad)('bad: $name ($refusal)', async (vector) => {
    const outcome = await openedBy(vector, hex(vector.text_hex))
    expect(outcome, detailOf(outcome)).toMatchObject({ ok: false, reason: vector.refusal })
  })

  it('are enough', () => {
    expect(session.client.bad.length).toBeGreaterThan(60)
    expect(new Set(session.client.bad.map(({ name }) => name)).size).toBe(session.client.bad.length)
  })
})

const answered = (vector: Asked, text: Uint8Array) =>
  checkSessionAnswer({
    text,
    signature: hex(vector.signature_hex),
    token: hex(vector.token_hex),
    clientText: utf8(vector.client_text_utf8),
    server: ss58Address(vector.server),
    scheme: vector.scheme,
    domain: domainOf(vector.domain),
    clock: clockOf(vector.now_unix_ns),
    verify: verifySignature,
  })

describe('vectors of the server’s text', () => {
  it.each(session.server.good)('good: $name', async (vector) => {
    expect(await answered(vector, utf8(vector.text_utf8))).toEqual({ ok: true, expiresAtS: vector.expires_at_s })
    const answer = await answerSession({
      signer: signerOf(session.keys, vector.server),
      domain: domainOf(vector.domain),
      clientText: utf8(vector.client_text_utf8),
      token: hex(vector.token_hex),
      expiresAtS: vector.expires_at_s,
    })
    expect(new TextDecoder().decode(answer.text)).toBe(vector.text_utf8)
    if (vector.scheme === 'ed25519') expect(Buffer.from(answer.signature).toString('hex')).toBe(vector.signature_hex)
  })

  it.each(session.server.bad)('bad: $name ($refusal)', async (vector) => {
    const outcome = await answered(vector, hex(vector.text_hex))
    expect(outcome, detailOf(outcome)).toMatchObject({ ok: false, reason: vector.refusal })
  })

  it('are enough', () => {
    expect(session.server.bad.length).toBeGreaterThan(40)
    expect(new Set(session.server.bad.map(({ name }) => name)).size).toBe(session.server.bad.length)
  })
})

const fieldsOf = (fields: Record<string, string | number>): ReceiptFields =>
  ({
    domain: { genesisHash: fields.genesis_hash, netuid: fields.netuid },
    scheme: fields.scheme,
    axon: fields.axon,
    caller: fields.caller,
    requestId: fields.request_id,
    path: fields.path,
    requestCount: fields.request_count,
    requestHash: fields.request_hash,
    responseCount: fields.response_count,
    responseHash: fields.response_hash,
    status: fields.status,
    unixNs: BigInt(fields.unix_ns as string),
  }) as ReceiptFields
const names: Record<string, keyof ExpectedReceipt> = {
  request_hash: 'requestHash',
  response_hash: 'responseHash',
  response_count: 'responseCount',
}

describe('vectors of receipts', () => {
  it.each(receipts.good)('good: $name', async (vector) => {
    const receipt = utf8(vector.receipt_utf8)
    const fields = fieldsOf(vector.fields)
    expect(await verifyReceipt({ receipt, verify: verifySignature })).toEqual({ ok: true, fields })
    for (const [side, count, hash] of [
      ['request', fields.requestCount, fields.requestHash],
      ['response', fields.responseCount, fields.responseHash],
    ] as const) {
      const digest = createMessageDigest()
      for (const message of vector.messages_hex[side]) digest.add(hex(message))
      expect([digest.count, digest.hex()]).toEqual([count, hash])
    }
    const { axon, scheme, ...rest } = fields
    const again = parseReceipt(await signReceipt({ signer: signerOf(receipts.keys, axon), ...rest }))
    const stored = parseReceipt(receipt)
    if (!again.ok || !stored.ok) throw new Error('The receipt does not parse')
    expect(again.receipt.text).toEqual(stored.receipt.text)
    if (scheme === 'ed25519') expect(again.receipt.signature).toEqual(stored.receipt.signature)
  })

  it.each(receipts.bad)('bad: $name ($refusal)', async (vector) => {
    const expected = Object.fromEntries(
      Object.entries(vector.expected).map(([name, value]) => [names[name] ?? name, value]),
    ) as ExpectedReceipt
    const outcome = await verifyReceipt({ receipt: hex(vector.receipt_hex), expected, verify: verifySignature })
    expect(outcome, detailOf(outcome)).toMatchObject({ ok: false, reason: vector.refusal })
  })

  it('are enough', () => {
    expect(receipts.bad.length).toBeGreaterThan(60)
    expect(new Set(receipts.bad.map(({ name }) => name)).size).toBe(receipts.bad.length)
  })
})
