// Writes vectors/session/session.json and vectors/receipt/receipt.json: `node vectors/generate-session-receipt.mjs`, after
// packages/core was built. Keys, nonces and times are fixed. ed25519 signatures are deterministic; sr25519 ones are kept from the
// file as long as they verify over the same text, so that a second run changes nothing.
import { createHash } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { initCrypto, keyPairFromUri, signerFromKeyPair, verifySignature } from '../packages/core/dist/crypto.js'

await initCrypto()

const bytes = (text) => Buffer.from(text, 'utf8')
const sha256 = (input) => createHash('sha256').update(input).digest('hex')
const key = (uri, scheme) => ({ uri, scheme, ...signerFromKeyPair(keyPairFromUri(uri, scheme)) })
const keys = Object.fromEntries(
  ['sr25519', 'ed25519'].map((scheme) => [scheme, { alice: key('//Alice', scheme), bob: key('//Bob', scheme), eve: key('//Eve', scheme) }]),
)
const { alice, bob, eve } = keys.ed25519
const keyList = Object.values(keys).flatMap((pair) =>
  Object.values(pair).map(({ uri, scheme, address, publicKey }) => ({ uri, scheme, address, public_key_hex: Buffer.from(publicKey).toString('hex') })),
)

const genesis = '2f0555cc76fc2840a25a6ea3b9637146806f1f44b090c175ffde2a7e5ab36c03'
const domain = `${genesis}/7`
const spki = sha256('the TLS key of the listener')
const otherSpki = sha256('the TLS key of a relay')
const nonce = sha256('a nonce')
const token = sha256('a token')
const now = 1_752_076_800_000_000_000n
const nowS = 1_752_076_800
const requestId = '00112233445566778899aabbccddeeff'
const path = '/forecast.v1.Forecaster/Predict'

/** The signatures of an earlier run, by signer and text. */
const kept = new Map()
const files = { session: new URL('session/session.json', import.meta.url), receipt: new URL('receipt/receipt.json', import.meta.url) }
for (const file of Object.values(files)) {
  if (!existsSync(file)) continue
  for (const [id, signature] of Object.entries(JSON.parse(readFileSync(file, 'utf8')).sr25519_signatures ?? {})) kept.set(id, signature)
}
let used = {}
function sign(signer, message) {
  if (signer.scheme === 'ed25519') return Buffer.from(signer.sign(message)).toString('hex')
  const id = sha256(Buffer.concat([Buffer.from(signer.publicKey), message]))
  const old = used[id] ?? kept.get(id)
  const holds =
    old !== undefined && verifySignature({ scheme: 'sr25519', publicKey: signer.publicKey, message, signature: Buffer.from(old, 'hex') })
  used[id] = holds ? old : Buffer.from(signer.sign(message)).toString('hex')
  return used[id]
}
const flip = (hex, at = 0) => {
  const changed = Buffer.from(hex, 'hex')
  changed[at] ^= 1
  return changed.toString('hex')
}
/** One line of a text replaced; a function gets the old line. */
const withLine = (lines, index, value) => lines.map((line, i) => (i === index ? (typeof value === 'function' ? value(line) : value) : line))
const text = (lines) => bytes(lines.join('\n'))
const wrapped = (message) => Buffer.concat([bytes('<Bytes>'), message, bytes('</Bytes>')])
const polkadotAlice = '15oF4uVJwmo4TdGW7VfQxNLavjCXviqxT9S1MgbjMNHr6Sp5'

/** Changes of form that any of the texts can have: name, the changed bytes. */
const forms = (lines) => [
  ['a line feed at the end', bytes(`${lines.join('\n')}\n`)],
  ['a line feed at the start', bytes(`\n${lines.join('\n')}`)],
  ['CR LF between lines', bytes(lines.join('\r\n'))],
  ['an empty line more', text([...lines, ''])],
  ['the last line missing', text(lines.slice(0, -1))],
  ['one line more', text([...lines, '-'])],
  ['a space at the end', bytes(`${lines.join('\n')} `)],
  ['a zero byte at the end', bytes(`${lines.join('\n')}\0`)],
  ['a byte-order mark', bytes(`\ufeff${lines.join('\n')}`)],
  ['<Bytes> around it, in the text itself', wrapped(text(lines))],
  ['a full-width digit', bytes(lines.join('\n').replace(/[0-9](?=[^0-9]*$)/, '５'))],
  ['another version', text(withLine(lines, 0, (line) => line.replace('/1', '/2')))],
  ['the version in upper case', text(withLine(lines, 0, (line) => line.toUpperCase()))],
  ['nothing', Buffer.alloc(0)],
]
const domains = [
  ['the genesis hash in upper case', domain.toUpperCase()],
  ['a genesis hash with 0x', `0x${domain}`],
  ['a genesis hash of 63 digits', domain.slice(1)],
  ['a netuid with a leading zero', `${genesis}/07`],
  ['a netuid of 65536', `${genesis}/65536`],
  ['no netuid', genesis],
]
const schemes = [
  ['the scheme ecdsa', 'ecdsa'],
  ['the scheme hashed', 'hashed'],
  ['the scheme mldsa', 'mldsa'],
  ['the scheme in upper case', 'ED25519'],
  ['the scheme as a number', '0'],
  ['an empty scheme', ''],
]
const times = [
  ['a time with a leading zero', (time) => `0${time}`],
  ['a time with a plus sign', (time) => `+${time}`],
  ['a time with a decimal point', (time) => `${time}.0`],
  ['a time with an exponent', () => '1e18'],
  ['a time of 21 digits', (time) => `${time}00`],
  ['the time 0', () => '0'],
]
const sha256s = (name, line) => [
  [`${name} in upper case`, line.toUpperCase()],
  [`${name} of 63 digits`, line.slice(1)],
  [`${name} of 65 digits`, `${line}0`],
  [`${name} with 0x`, `0x${line.slice(2)}`],
]

// --- session: the client's text

const clientLines = (client, server, changes = {}) => [
  'tensorkit/session/1',
  'client',
  changes.domain ?? domain,
  client.scheme,
  client.address,
  server.address,
  changes.spki ?? spki,
  nonce,
  String(changes.time ?? now),
]
const listener = { receiver: bob.address, domain, spki_sha256: spki, now_unix_ns: String(now), directory_scheme: 'ed25519' }
const client = { good: [], bad: [] }
function goodClient(name, lines, signer, context = {}) {
  client.good.push({ name, text_utf8: lines.join('\n'), signature_hex: sign(signer, text(lines)), ...listener, directory_scheme: signer.scheme, ...context })
}
/** A bad text is signed anew by the key that it names, so that nothing but the check that it is about can refuse it. */
function badClient(name, refusal, message, { signature_hex = sign(alice, message), ...context } = {}) {
  client.bad.push({ name, refusal, text_hex: message.toString('hex'), signature_hex, ...listener, ...context })
}
const sr = keys.sr25519
goodClient('sr25519', clientLines(sr.alice, sr.bob), sr.alice, { receiver: sr.bob.address })
goodClient('ed25519', clientLines(alice, bob), alice)
goodClient('an ed25519 client of an sr25519 server', clientLines(alice, sr.bob), alice, { receiver: sr.bob.address })
goodClient('plain text', clientLines(alice, bob, { spki: '-' }), alice, { spki_sha256: '-' })
goodClient('netuid 0', clientLines(alice, bob, { domain: `${genesis}/0` }), alice, { domain: `${genesis}/0` })
goodClient('netuid 65535', clientLines(alice, bob, { domain: `${genesis}/65535` }), alice, { domain: `${genesis}/65535` })
goodClient('exactly 10 s old', clientLines(alice, bob, { time: now - 10_000_000_000n }), alice)
goodClient('exactly 2 s ahead', clientLines(alice, bob, { time: now + 2_000_000_000n }), alice)

const open = clientLines(alice, bob)
const edit = (name, refusal, index, value, context) => badClient(name, refusal, text(withLine(open, index, value)), context)
for (const [name, message] of forms(open)) badClient(name, 'malformed', message)
edit('the server’s role', 'malformed', 1, 'server')
edit('the role in upper case', 'malformed', 1, 'CLIENT')
for (const [name, line] of domains) edit(name, 'malformed', 2, line)
edit('another subnet', 'wrong-domain', 2, `${genesis}/8`)
edit('another network', 'wrong-domain', 2, `${flip(genesis)}/7`)
for (const [name, line] of schemes) edit(name, 'malformed', 3, line)
edit('another scheme than the directory’s', 'signature', 3, 'sr25519')
edit('a client with another SS58 prefix', 'malformed', 4, polkadotAlice)
edit('a client with a wrong checksum', 'malformed', 4, (line) => `${line.slice(0, -1)}${line.endsWith('1') ? '2' : '1'}`)
edit('no client', 'malformed', 4, '')
edit('another client than the key that signed', 'signature', 4, eve.address)
edit('another server', 'wrong-receiver', 5, eve.address)
edit('the server with another SS58 prefix', 'wrong-receiver', 5, polkadotAlice)
edit('no server', 'wrong-receiver', 5, '')
badClient('client and server swapped', 'wrong-receiver', text(withLine(withLine(open, 4, bob.address), 5, alice.address)))
for (const [name, line] of sha256s('a TLS key', spki)) edit(name, 'malformed', 6, line)
edit('the TLS key of a relay', 'wrong-tls-key', 6, otherSpki)
edit('plain text, on a TLS listener', 'wrong-tls-key', 6, '-')
badClient('a TLS key, on a plain-text listener', 'wrong-tls-key', text(open), { spki_sha256: '-' })
for (const [name, line] of sha256s('a nonce', nonce)) edit(name, 'malformed', 7, line)
edit('no nonce', 'malformed', 7, '')
for (const [name, line] of times) edit(name, 'malformed', 8, line)
edit('one ns too old', 'stale', 8, String(now - 10_000_000_001n))
edit('one ns too far ahead', 'stale', 8, String(now + 2_000_000_001n))
edit('a time in ms', 'stale', 8, String(now / 1_000_000n))
const openSignature = sign(alice, text(open))
badClient('one bit of the signature', 'signature', text(open), { signature_hex: flip(openSignature, 5) })
badClient('a signature of 63 bytes', 'malformed', text(open), { signature_hex: openSignature.slice(2) })
badClient('a signature of 65 bytes', 'malformed', text(open), { signature_hex: `${openSignature}00` })
badClient('an empty signature', 'malformed', text(open), { signature_hex: '' })
badClient('a signature of zeros', 'signature', text(open), { signature_hex: '00'.repeat(64) })
badClient('a signature over <Bytes>', 'signature', text(open), { signature_hex: sign(alice, wrapped(text(open))) })
badClient('a signature of another key', 'signature', text(open), { signature_hex: sign(eve, text(open)) })
{
  const lines = text(clientLines(sr.alice, sr.bob))
  const context = { receiver: sr.bob.address, directory_scheme: 'sr25519' }
  const signature = sign(sr.alice, lines)
  badClient('sr25519: one bit of the signature', 'signature', lines, { ...context, signature_hex: flip(signature, 40) })
  const unmarked = Buffer.from(signature, 'hex')
  unmarked[63] &= 0x7f
  badClient('sr25519: without the mark of schnorrkel', 'signature', lines, { ...context, signature_hex: unmarked.toString('hex') })
  badClient('sr25519: a signature over <Bytes>', 'signature', lines, { ...context, signature_hex: sign(sr.alice, wrapped(lines)) })
}

// --- session: the server's text

const answerLines = (server, changes = {}) => [
  'tensorkit/session/1',
  'server',
  domain,
  server.scheme,
  sha256(text(changes.open ?? open)),
  sha256(Buffer.from(token, 'hex')),
  String(changes.expiry ?? nowS + 600),
]
const asked = {
  client_text_utf8: open.join('\n'),
  token_hex: token,
  server: bob.address,
  scheme: 'ed25519',
  domain,
  now_unix_ns: String(now),
}
const server = { good: [], bad: [] }
function goodServer(name, lines, signer, context = {}) {
  server.good.push({ name, text_utf8: lines.join('\n'), signature_hex: sign(signer, text(lines)), ...asked, ...context, expires_at_s: Number(lines[6]) })
}
function badServer(name, refusal, message, { signature_hex = sign(bob, message), ...context } = {}) {
  server.bad.push({ name, refusal, text_hex: message.toString('hex'), signature_hex, ...asked, ...context })
}
const srOpen = clientLines(sr.alice, sr.bob)
goodServer('sr25519', answerLines(sr.bob, { open: srOpen }), sr.bob, {
  client_text_utf8: srOpen.join('\n'),
  server: sr.bob.address,
  scheme: 'sr25519',
})
goodServer('ed25519', answerLines(bob), bob)
goodServer('an hour and the skew', answerLines(bob, { expiry: nowS + 3602 }), bob)
goodServer('ended a second ago, by this clock', answerLines(bob, { expiry: nowS - 1 }), bob)

const answer = answerLines(bob)
const editAnswer = (name, refusal, index, value, context) => badServer(name, refusal, text(withLine(answer, index, value)), context)
for (const [name, message] of forms(answer)) badServer(name, 'malformed', message)
badServer('the client’s text sent back', 'malformed', text(open))
editAnswer('the client’s role', 'malformed', 1, 'client')
editAnswer('another subnet', 'wrong-domain', 2, `${genesis}/8`)
editAnswer('a netuid with a leading zero', 'wrong-domain', 2, `${genesis}/07`)
for (const [name, line] of schemes) editAnswer(name, 'signature', 3, line)
editAnswer('another client text', 'mismatch', 4, flip)
for (const [name, line] of sha256s('a hash of the client’s text', answer[4])) editAnswer(name, 'mismatch', 4, line)
editAnswer('another token', 'mismatch', 5, flip)
for (const [name, line] of sha256s('a hash of the token', answer[5])) editAnswer(name, 'mismatch', 5, line)
editAnswer('an expiry with a leading zero', 'malformed', 6, (line) => `0${line}`)
editAnswer('an expiry with a plus sign', 'malformed', 6, (line) => `+${line}`)
editAnswer('an expiry in ms', 'malformed', 6, (line) => `${line}000`)
editAnswer('an expiry of 0', 'malformed', 6, '0')
editAnswer('an expiry 2 s ago', 'stale', 6, String(nowS - 2))
editAnswer('an expiry in an hour and 3 s', 'stale', 6, String(nowS + 3603))
const answerSignature = sign(bob, text(answer))
badServer('one bit of the signature', 'signature', text(answer), { signature_hex: flip(answerSignature, 63) })
badServer('a signature of 63 bytes', 'malformed', text(answer), { signature_hex: answerSignature.slice(2) })
badServer('an empty signature', 'malformed', text(answer), { signature_hex: '' })
badServer('a signature over <Bytes>', 'signature', text(answer), { signature_hex: sign(bob, wrapped(text(answer))) })
badServer('signed by another hotkey than the metagraph’s', 'signature', text(answer), { signature_hex: sign(eve, text(answer)) })
badServer('a token of 31 bytes', 'malformed', text(answer), { token_hex: token.slice(2) })
badServer('a token of 33 bytes', 'malformed', text(answer), { token_hex: `${token}00` })
badServer('one bit of the token', 'mismatch', text(answer), { token_hex: flip(token) })
badServer('an answer to another request', 'mismatch', text(answer), { client_text_utf8: withLine(open, 7, flip).join('\n') })

write(files.session, {
  protocol: 'tensorkit/session/1',
  window: { max_age_ms: 10_000, allowed_skew_ms: 2_000 },
  keys: keyList,
  client,
  server,
})

// --- receipts

const messages = { request: ['0a03666f6f'], response: ['08ac02', '', '10ff01'] }
const hashOf = (list) => {
  const hash = createHash('sha256')
  for (const hex of list) {
    const message = Buffer.from(hex, 'hex')
    const length = Buffer.alloc(4)
    length.writeUInt32BE(message.length)
    hash.update(length).update(message)
  }
  return hash.digest('hex')
}
const receiptLines = (axon, caller, changes = {}) => [
  'tensorkit/receipt/1',
  domain,
  axon.scheme,
  axon.address,
  caller.address,
  requestId,
  changes.path ?? path,
  String((changes.request ?? messages.request).length),
  hashOf(changes.request ?? messages.request),
  String((changes.response ?? messages.response).length),
  hashOf(changes.response ?? messages.response),
  String(changes.status ?? 0),
  String(now),
]
const fieldsOf = ([, dom, scheme, axon, caller, request_id, p, requests, request_hash, responses, response_hash, status, unix_ns]) => ({
  genesis_hash: dom.slice(0, 64),
  netuid: Number(dom.slice(65)),
  scheme,
  axon,
  caller,
  request_id,
  path: p,
  request_count: Number(requests),
  request_hash,
  response_count: Number(responses),
  response_hash,
  status: Number(status),
  unix_ns,
})
const receipts = { good: [], bad: [] }
const seal = (message, signature) => Buffer.concat([message, bytes(`\n${signature}`)])
function goodReceipt(name, lines, signer, call = messages) {
  receipts.good.push({
    name,
    messages_hex: call,
    fields: fieldsOf(lines),
    receipt_utf8: seal(text(lines), sign(signer, text(lines))).toString('utf8'),
  })
}
function badReceipt(name, refusal, receipt, expected = {}) {
  receipts.bad.push({ name, refusal, receipt_hex: receipt.toString('hex'), expected })
}
goodReceipt('sr25519', receiptLines(sr.bob, sr.alice), sr.bob)
goodReceipt('ed25519', receiptLines(bob, alice), bob)
goodReceipt('a failed call without an answer', receiptLines(bob, alice, { response: [], status: 13 }), bob, { ...messages, response: [] })
goodReceipt('a stream of no messages at all', receiptLines(bob, alice, { request: [], response: [], status: 1 }), bob, { request: [], response: [] })

const receipt = receiptLines(bob, alice)
const resealed = (message) => seal(message, sign(bob, message))
const editReceipt = (name, refusal, index, value) => badReceipt(name, refusal, resealed(text(withLine(receipt, index, value))))
for (const [name, message] of forms(receipt)) badReceipt(name, 'malformed', resealed(message))
for (const [name, line] of domains) editReceipt(name, 'malformed', 1, line)
for (const [name, line] of schemes) editReceipt(name, 'malformed', 2, line)
editReceipt('another scheme than the key’s', 'signature', 2, 'sr25519')
editReceipt('an axon with another SS58 prefix', 'malformed', 3, polkadotAlice)
editReceipt('another axon than the key that signed', 'signature', 3, eve.address)
editReceipt('no caller', 'malformed', 4, '')
editReceipt('a caller with another SS58 prefix', 'malformed', 4, polkadotAlice)
editReceipt('a request id in upper case', 'malformed', 5, requestId.toUpperCase())
editReceipt('a request id of 31 digits', 'malformed', 5, requestId.slice(1))
editReceipt('a path without a slash', 'malformed', 6, path.slice(1))
editReceipt('a path with a space', 'malformed', 6, path.replace('.', ' '))
editReceipt('a path of 1,025 characters', 'malformed', 6, `/${'a'.repeat(1024)}`)
for (const [what, index] of [['request', 7], ['response', 9]]) {
  editReceipt(`a ${what} count with a leading zero`, 'malformed', index, '01')
  editReceipt(`a negative ${what} count`, 'malformed', index, '-1')
  editReceipt(`a ${what} count of 2^53`, 'malformed', index, '9007199254740992')
  for (const [name, line] of sha256s(`a ${what} hash`, receipt[index + 1])) editReceipt(name, 'malformed', index + 1, line)
}
editReceipt('a status of 17', 'malformed', 11, '17')
editReceipt('a status with a leading zero', 'malformed', 11, '00')
editReceipt('a status by name', 'malformed', 11, 'OK')
for (const [name, line] of times) editReceipt(name, 'malformed', 12, line)
const good = text(receipt)
const seals = sign(bob, good)
badReceipt('one bit of the signature', 'signature', seal(good, flip(seals, 1)))
badReceipt('the signature in upper case', 'malformed', seal(good, seals.toUpperCase()))
badReceipt('a signature with 0x', 'malformed', seal(good, `0x${seals.slice(2)}`))
badReceipt('a signature of 63 bytes', 'malformed', seal(good, seals.slice(2)))
badReceipt('no signature', 'malformed', good)
badReceipt('a line feed behind the signature', 'malformed', seal(good, `${seals}\n`))
badReceipt('a signature over <Bytes>', 'signature', seal(good, sign(bob, wrapped(good))))
badReceipt('a signature of another key', 'signature', seal(good, sign(eve, good)))
badReceipt('a signature over the hash of the text', 'signature', seal(good, sign(bob, Buffer.from(sha256(good), 'hex'))))
const other = fieldsOf(receiptLines(eve, eve, { path: '/forecast.v1.Forecaster/Other', request: ['00'], response: ['00'], status: 5 }))
for (const name of ['axon', 'caller', 'path', 'request_hash', 'response_count', 'response_hash', 'status']) {
  badReceipt(`genuine, but about another ${name}`, 'mismatch', seal(good, seals), { [name]: other[name] })
}

write(files.receipt, { protocol: 'tensorkit/receipt/1', keys: keyList, ...receipts })

function write(file, content) {
  writeFileSync(file, `${JSON.stringify({ ...content, sr25519_signatures: used }, null, 2)}\n`)
  used = {}
}
