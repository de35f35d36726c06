import { createAxon, type Handlers } from '@tensorkit/axon'
import {
  createMemoryReplayStore,
  defineProtocol,
  diffProtocols,
  double,
  message,
  optional,
  repeated,
  staticDirectory,
  string,
  uint32,
  unary,
} from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite } from '@tensorkit/dendrite'
import { describe, expect, it } from 'vitest'

// A protocol as it was published, and as it is a year later: fields and a method more.
const service = 'evolution.v1.Oracle'
const Old = defineProtocol(service, {
  ask: unary({ request: message('AskRequest', { topic: string(1) }), response: message('AskResponse', { answer: double(1) }) }),
})
const New = defineProtocol(service, {
  ask: unary({
    request: message('AskRequest', { topic: string(1), depth: uint32(2) }),
    response: message('AskResponse', { answer: double(1), sources: repeated(string(2)), error: optional(double(3)) }),
  }),
  explain: unary({ request: message('ExplainRequest', { topic: string(1) }), response: message('ExplainResponse', { text: string(1) }) }),
})
// The same name with another meaning: a number where a text was.
const Broken = defineProtocol(service, {
  ask: unary({ request: message('AskRequest', { topic: uint32(1) }), response: message('AskResponse', { answer: string(1) }) }),
})

const genesisHash = '0'.repeat(64)

async function serve<P extends typeof Old | typeof New>(protocol: P, handlers: Handlers<P>) {
  const [miner, validator] = await Promise.all([signerFromUri('//Bob'), signerFromUri('//Alice')])
  const neurons = [miner, validator].map(({ address }, uid) => ({ uid, hotkey: address, validatorPermit: true }))
  const directory = staticDirectory({ netuid: 1, genesisHash, neurons })
  const axon = createAxon({ signer: miner, directory, port: 0, replayStore: createMemoryReplayStore({ completeSinceNs: 0n }) })
  axon.implement(protocol, handlers)
  await axon.listen()
  const dendrite = createDendrite({ signer: validator, directory })
  const target = { hotkey: miner.address, ...axon.endpoint }
  return {
    dendrite,
    target,
    async [Symbol.asyncDispose]() {
      await dendrite.close()
      await axon.close()
    },
  }
}

const oldMiner: Handlers<typeof Old> = { ask: ({ topic }) => ({ answer: topic.length }) }
const newMiner: Handlers<typeof New> = {
  ask: ({ topic, depth }) => ({ answer: topic.length + depth, sources: ['a book'], error: 0.5 }),
  explain: ({ topic }) => ({ text: `about ${topic}` }),
}

describe('an old miner and a new validator', () => {
  it('understand each other where the comparison says that nothing breaks', async () => {
    expect(diffProtocols(Old.$schema, New.$schema).filter(({ impact }) => impact === 'breaking')).toEqual([])
    await using subnet = await serve(Old, oldMiner)
    const reply = await subnet.dendrite.call(subnet.target, New.ask, { topic: 'tides', depth: 3 })
    expect(reply).toMatchObject({ ok: true, value: { answer: 5, sources: [] } })
    expect(reply.ok && reply.value.error).toBeUndefined()
  })

  it('a method that the miner does not have is a value with its own code', async () => {
    await using subnet = await serve(Old, oldMiner)
    expect(await subnet.dendrite.call(subnet.target, New.explain, { topic: 'tides' })).toMatchObject({
      ok: false,
      error: { code: 'DENDRITE_UNIMPLEMENTED' },
    })
  })

  it('Describe tells which protocol is served: the hashes differ', async () => {
    await using subnet = await serve(Old, oldMiner)
    const described = await subnet.dendrite.describe(subnet.target)
    expect(described.ok && described.value.protocols).toContainEqual({ service, hash: Old.$hash })
    expect(New.$hash).not.toBe(Old.$hash)
  })
})

describe('a new miner and an old validator', () => {
  it('understand each other: what the validator does not know it passes over', async () => {
    await using subnet = await serve(New, newMiner)
    expect(await subnet.dendrite.call(subnet.target, Old.ask, { topic: 'tides' })).toMatchObject({ ok: true, value: { answer: 5 } })
  })
})

describe('a change that breaks', () => {
  it('is told by the comparison, and by an error on the wire instead of a wrong answer', async () => {
    expect(diffProtocols(Old.$schema, Broken.$schema).some(({ impact }) => impact === 'breaking')).toBe(true)
    await using subnet = await serve(Old, oldMiner)
    expect(await subnet.dendrite.call(subnet.target, Broken.ask, { topic: 7 })).toMatchObject({
      ok: false,
      error: { code: 'PROTOCOL_MISMATCH' },
    })
  })
})
