import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { type NeuronCertificate, silentLogger, TensorKitError } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import type { Subtensor } from '@tensorkit/subtensor'
import { describe, expect, it } from 'vitest'
import type { NeuronEvent } from './neuron-event.js'
import { AxonPublication } from './publish-axon.js'

const endpoint = { host: '1.2.3.4', port: 8091 }
const [first, second, third] = [await createTlsIdentity(), await createTlsIdentity(), await createTlsIdentity()]
const inPool = { ok: true, hash: '0x00', inclusion: new Promise(() => {}) } as unknown as Awaited<ReturnType<Subtensor['serveAxon']>> // what becomes of it is not looked at
const refused = (code: 'CHAIN_RATE_LIMITED' | 'CHAIN_NOT_REGISTERED') =>
  ({ ok: false, error: new TensorKitError(code, 'refused') }) as unknown as typeof inPool // as above

/** A publication at a pool that takes or refuses what it is told to. */
async function publicationOf(identity: TlsIdentity | undefined) {
  const calls: (NeuronCertificate | undefined)[] = []
  const events: NeuronEvent[] = []
  const state = { served: identity, answer: inPool, during: () => {} }
  const publication = new AxonPublication({
    axon: {
      get certificate() {
        return state.served?.certificate
      },
      rotateTls: (next) => {
        state.served = next
      },
    },
    endpoint,
    netuid: 1,
    hotkey: await signerFromUri('//Miner'),
    subtensor: {
      serveAxon: (({ certificate }: { certificate?: NeuronCertificate }) => {
        calls.push(certificate)
        state.during()
        return Promise.resolve(state.answer)
      }) as Subtensor['serveAxon'],
    },
    logger: silentLogger,
    onEvent: (event) => events.push(event),
    signal: new AbortController().signal,
  })
  return { publication, calls, state, types: () => events.map(({ type }) => type) }
}

describe('AxonPublication', () => {
  it('publishes what the chain does not show, and again after ten blocks', async () => {
    const { publication, calls, types } = await publicationOf(first)
    for (let block = 1; block <= 11; block++) await publication.onBlock({}, block)
    expect(calls).toEqual([first.certificate, first.certificate])
    await publication.onBlock({ axon: endpoint, certificate: first.certificate }, 12)
    await publication.onBlock({ axon: endpoint, certificate: first.certificate }, 13)
    expect(types()).toEqual(['serve-submitted', 'serve-submitted', 'serving'])
  })

  it.each([
    ['another port', { axon: { ...endpoint, port: 1 }, certificate: first.certificate }],
    ['no key', { axon: endpoint }],
    ['another key', { axon: endpoint, certificate: second.certificate }],
    ['another algorithm', { axon: endpoint, certificate: { ...first.certificate, algorithm: 1 } }],
  ])('publishes where the chain shows %s', async (_, own) => {
    const { publication, calls } = await publicationOf(first)
    await publication.onBlock(own, 1)
    expect(calls).toEqual([first.certificate])
  })

  it('leaves an old key alone when it serves plain text', async () => {
    const { publication, calls, types } = await publicationOf(undefined)
    await publication.onBlock({ axon: endpoint, certificate: first.certificate }, 1)
    expect([calls, types()]).toEqual([[], ['serving']])
  })

  it('serves a new key when the pool has taken it, not before', async () => {
    const { publication, calls, state, types } = await publicationOf(first)
    const own = { axon: endpoint, certificate: first.certificate }
    await publication.onBlock(own, 1)
    publication.rotate(second)
    state.answer = refused('CHAIN_RATE_LIMITED')
    await publication.onBlock(own, 2)
    expect(state.served).toBe(first)
    state.answer = inPool
    for (let block = 3; block <= 12; block++) await publication.onBlock(own, block)
    expect(calls).toEqual([second.certificate, second.certificate])
    expect(state.served).toBe(second)
    await publication.onBlock({ axon: endpoint, certificate: second.certificate }, 13)
    expect(types()).toEqual(['serving', 'serve-submitted', 'serving'])
  })

  it('serves the last of several keys, each only once it was published', async () => {
    const { publication, calls, state } = await publicationOf(first)
    publication.rotate(second)
    state.during = () => publication.rotate(third)
    await publication.onBlock({ axon: endpoint, certificate: first.certificate }, 1)
    expect(state.served).toBe(first)
    state.during = () => {}
    await publication.onBlock({ axon: endpoint, certificate: second.certificate }, 2)
    expect(calls).toEqual([second.certificate, third.certificate])
    expect(state.served).toBe(third)
  })

  it('serves at once a key that the chain shows already', async () => {
    const { publication, calls, state } = await publicationOf(first)
    publication.rotate(second)
    await publication.onBlock({ axon: endpoint, certificate: second.certificate }, 1)
    expect([calls, state.served]).toEqual([[], second])
  })

  it('ends with a refusal that does not pass', async () => {
    const { publication, state } = await publicationOf(first)
    state.answer = refused('CHAIN_NOT_REGISTERED')
    await expect(publication.onBlock({}, 1)).rejects.toMatchObject({ code: 'CHAIN_NOT_REGISTERED' })
  })
})
