import { createHash } from 'node:crypto'
import { status } from '@grpc/grpc-js'
import type { Axon } from '@tensorkit/axon'
import { createNonceSource, decodeRefusalReason, type Signer, signBtauthCall } from '@tensorkit/core'
import type { LocalSigner } from '@tensorkit/core/crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { directoryOf, Echo, echo, echoAxon, type RawOutcome, rawClient, recordingLogger, signers } from './axon-dendrite-support.js'

const sha256 = (body: Uint8Array) => createHash('sha256').update(body).digest('hex')
const constantText = 'The call was not admitted'

/** A signed call, before it is tampered with. */
interface Call {
  readonly path: string
  readonly body: Uint8Array
  readonly headers: Readonly<Record<string, string | readonly string[]>>
}

let alice: LocalSigner
let bob: LocalSigner
let axon: Axon
let client: ReturnType<typeof rawClient>
let handled = 0
const logger = recordingLogger()
const nextNonce = createNonceSource()

async function signed(options: { signer?: Signer; receiver?: Signer; nonce?: string; body?: Uint8Array } = {}): Promise<Call> {
  const { signer = alice, receiver = bob, nonce = nextNonce(), body = Echo.say.request.encode({ text: 'hi', times: 1 }) } = options
  const headers = await signBtauthCall({ signer, receiver: receiver.address, path: Echo.say.path, bodySha256: sha256(body), nonce })
  return { path: Echo.say.path, body, headers }
}

const send = ({ path, body, headers }: Call): Promise<RawOutcome> => client.call(path, body, headers)
const nonceAt = (offsetMs: number) => String(BigInt(Date.now() + offsetMs) * 1_000_000n)

/** Sends a call that must be refused, and reads what both sides learn of it. */
async function refused(call: Call) {
  const [seen, before] = [handled, logger.entries.length]
  const outcome = await send(call)
  if (outcome.ok) throw new Error('the call was accepted')
  const details = outcome.error.metadata.get('grpc-status-details-bin')[0] as Buffer | undefined
  expect(handled, 'no handler ran').toBe(seen)
  const logged = logger.entries.slice(before).filter(({ message }) => message === 'call refused')
  expect(logged).toHaveLength(1)
  return {
    code: status[outcome.error.code],
    text: outcome.error.details,
    publicReason: details && decodeRefusalReason(details),
    logged: logged[0]?.fields.reason,
  }
}

beforeAll(async () => {
  const [first, second, charlie] = (await signers('Alice', 'Bob', 'Charlie')) as [LocalSigner, LocalSigner, LocalSigner]
  alice = first
  bob = second
  const directory = directoryOf([
    { hotkey: alice.address, validatorPermit: true, stake: 100n },
    { hotkey: bob.address },
    { hotkey: charlie.address, validatorPermit: true, stake: 1n },
  ])
  const count = (request: Parameters<typeof echo.say>[0], context: Parameters<typeof echo.say>[1]) => {
    handled++
    return echo.say(request, context)
  }
  axon = await echoAxon({ signer: bob, directory, logger, admit: { validatorPermit: true, minStake: 10n } }, { say: count, shout: count })
  client = rawClient(axon.endpoint)
})

afterAll(async () => {
  client?.close()
  await axon?.close()
})

describe('a call that was tampered with is refused, and the same call untampered is accepted', () => {
  const cases: Record<string, { tamper: (call: Call) => Promise<Call> | Call; code: string; publicReason: string; logged: string }> = {
    'empty signature': {
      tamper: (call) => ({ ...call, headers: { ...call.headers, 'x-bittensor-signature': '' } }),
      code: 'UNAUTHENTICATED',
      publicReason: 'AUTH_REFUSED',
      logged: 'malformed',
    },
    'wrong receiver': {
      tamper: () => signed({ receiver: alice }),
      code: 'UNAUTHENTICATED',
      publicReason: 'AUTH_REFUSED',
      logged: 'wrong_receiver',
    },
    'changed body': {
      tamper: (call) => ({ ...call, body: Echo.say.request.encode({ text: 'ho', times: 1 }) }),
      code: 'INVALID_ARGUMENT',
      publicReason: 'AUTH_REFUSED',
      logged: 'body_mismatch',
    },
    'changed path': {
      tamper: (call) => ({ ...call, path: '/test.v1.Echo/Shout' }),
      code: 'UNAUTHENTICATED',
      publicReason: 'AUTH_REFUSED',
      logged: 'signature_invalid',
    },
    replay: {
      tamper: async (call) => {
        expect(await send(call)).toMatchObject({ ok: true })
        return call
      },
      code: 'UNAUTHENTICATED',
      publicReason: 'AUTH_REFUSED',
      logged: 'replayed',
    },
    stale: { tamper: () => signed({ nonce: nonceAt(-12_000) }), code: 'UNAUTHENTICATED', publicReason: 'AUTH_STALE', logged: 'stale' },
    future: { tamper: () => signed({ nonce: nonceAt(+4_000) }), code: 'UNAUTHENTICATED', publicReason: 'AUTH_STALE', logged: 'future' },
    'unknown hotkey': {
      tamper: async () => signed({ signer: (await signers('Mallory'))[0] as LocalSigner }),
      code: 'UNAUTHENTICATED',
      publicReason: 'AUTH_REFUSED',
      logged: 'unknown_hotkey',
    },
    'no permit': { tamper: () => signed({ signer: bob }), code: 'UNAUTHENTICATED', publicReason: 'AUTH_REFUSED', logged: 'no_permit' },
  }

  it.each(Object.entries(cases))('%s', async (_name, { tamper, ...expected }) => {
    const call = await signed()
    expect(await refused(await tamper(call))).toEqual({ ...expected, text: constantText })
    const before = handled
    expect(await send(await signed())).toMatchObject({ ok: true })
    expect(handled).toBe(before + 1)
  })

  it('each has a reason of its own in the log, and all have one public text', () => {
    expect(new Set(Object.values(cases).map(({ logged }) => logged)).size).toBe(9)
  })
})

describe('further refusals', () => {
  const without = (call: Call, name: string): Call => ({
    ...call,
    headers: Object.fromEntries(Object.entries(call.headers).filter(([key]) => key !== name)),
  })
  const withHeader = (call: Call, name: string, value: string | readonly string[]): Call => ({
    ...call,
    headers: { ...call.headers, [name]: value },
  })

  it.each(['version', 'hotkey', 'nonce', 'signature'])('no %s', async (name) => {
    expect(await refused(without(await signed(), `x-bittensor-${name}`))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'malformed',
    })
  })

  it('no receiver', async () => {
    expect(await refused(without(await signed(), 'x-bittensor-receiver'))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'wrong_receiver',
    })
  })

  it('no body hash', async () => {
    expect(await refused(without(await signed(), 'x-tk-body-sha256'))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'malformed',
    })
  })

  it('a key that came twice', async () => {
    const call = await signed()
    const nonce = call.headers['x-bittensor-nonce'] as string
    expect(await refused(withHeader(call, 'x-bittensor-nonce', [nonce, nonce]))).toMatchObject({
      code: 'UNAUTHENTICATED',
      logged: 'malformed',
    })
  })

  it('the keys of both profiles, and a session that nobody opened', async () => {
    const token = '0'.repeat(64)
    expect(await refused(withHeader(await signed(), 'tk-session', token))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'two_profiles',
    })
    const session = { ...(await signed()), headers: { 'tk-session': token } }
    expect(await refused(session)).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      publicReason: 'SESSION_EXPIRED',
      logged: 'session_unknown',
    })
  })

  it('another body and its hash, unsigned', async () => {
    const body = Echo.say.request.encode({ text: 'ho', times: 1 })
    const call = { ...withHeader(await signed(), 'x-tk-body-sha256', sha256(body)), body }
    expect(await refused(call)).toMatchObject({ code: 'UNAUTHENTICATED', text: constantText, logged: 'signature_invalid' })
  })

  it('another scheme than the directory has', async () => {
    const call = withHeader(await signed(), 'x-bittensor-crypto', 'ed25519')
    expect(await refused(call)).toMatchObject({ code: 'UNAUTHENTICATED', text: constantText, logged: 'wrong_scheme' })
  })

  it('too little stake', async () => {
    const [charlie] = await signers('Charlie')
    expect(await refused(await signed({ signer: charlie as LocalSigner }))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'low_stake',
    })
  })

  it('16 KiB of metadata', async () => {
    expect(await refused(withHeader(await signed(), 'x-padding', 'x'.repeat(16 * 1024)))).toMatchObject({
      code: 'UNAUTHENTICATED',
      text: constantText,
      logged: 'metadata_too_large',
    })
  })

  it('a request that is no such message', async () => {
    expect(await refused(await signed({ body: Uint8Array.of(0xff, 0xff) }))).toMatchObject({
      code: 'INVALID_ARGUMENT',
      logged: 'undecodable',
    })
  })

  it('a reason in the log that holds nothing secret, and no signature', async () => {
    const call = await signed()
    await refused(withHeader(call, 'x-bittensor-signature', `0x${'ab'.repeat(64)}`))
    expect(JSON.stringify(logger.entries, (_key, value) => (typeof value === 'bigint' ? String(value) : value))).not.toContain('abababab')
  })
})
