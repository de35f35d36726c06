import { createTlsIdentity, type TlsIdentity } from '@tensorkit/axon'
import { AxonService } from '@tensorkit/core'
import { createDendrite } from '@tensorkit/dendrite'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { tlsIdentityOf } from '../../../packages/axon/src/tls/tls-identity.js'
import { Echo } from '../../axon-dendrite-support.js'
import { domain } from '../../axon-session-support.js'
import { pushableClock } from '../../dendrite-support.js'
import { attackBench } from '../support/attack-bench.js'
import { bareTlsClient } from '../support/bare-tls-client.js'
import { keyForgedFor } from '../support/forged-key.js'
import { callBlock, frame, frameFlags, preface } from '../support/http2-frames.js'
import { startManInTheMiddle } from '../support/man-in-the-middle.js'
import { openSwitchboard } from '../support/switchboard.js'

// What a client of the control trusts beside the leaf that it probed.
const without = vi.hoisted(() => ({ theOneLeaf: undefined as string | undefined }))
vi.mock('../../../packages/dendrite/src/tls/pinned-tls-options.js', async (importActual) => {
  const actual = await importActual<typeof import('../../../packages/dendrite/src/tls/pinned-tls-options.js')>()
  const pinnedTlsOptions: typeof actual.pinnedTlsOptions = (pin) =>
    actual.pinnedTlsOptions(without.theOneLeaf === undefined ? pin : { ...pin, leafPem: without.theOneLeaf })
  return { ...actual, pinnedTlsOptions }
})

const bench = attackBench()
afterEach(() => {
  without.theOneLeaf = undefined
})

const keyOf = ({ privateKey }: TlsIdentity) => privateKey.export({ type: 'pkcs8', format: 'pem' })

/** An axon, and somebody with such a key and certificate, who would pass calls on to it and read them. */
async function places(secretsFor: (identity: TlsIdentity) => Promise<{ key: string | Buffer; cert: string }>) {
  const identity = await createTlsIdentity()
  const ground = await bench.ground({ insecure: false, tls: identity })
  const secrets = await secretsFor(identity)
  const impostor = bench.keep(await startManInTheMiddle({ upstream: { ...ground.axon.endpoint, tls: true }, tls: secrets }))
  return { identity, ground, impostor, secrets }
}

describe('attack: a server shows the pinned certificate, and does not hold its key', () => {
  const impostorOf = async ({ certificatePem }: TlsIdentity) => ({ key: keyForgedFor(certificatePem), cert: certificatePem })

  it.each([
    ['http2', 'once the axon was probed', 1],
    ['http2', 'from the first probe on', 0],
    ['grpc-js', 'once the axon was probed', 1],
    ['grpc-js', 'from the first probe on', 0],
  ] as const)('gets nothing at all: over %s, %s', async (transport, _when, probes) => {
    const { ground, impostor } = await places(impostorOf)
    let connections = 0
    const path = bench.keep(
      await openSwitchboard((n) => {
        connections = n
        return n <= probes ? ground.axon.endpoint.port : impostor.port
      }),
    )
    const dendrite = bench.keep(createDendrite({ signer: ground.cast.alice, directory: domain, timeoutMs: 5_000, transport }))
    const target = { hotkey: ground.cast.bob.address, host: '127.0.0.1' }
    const reply = await dendrite.call({ ...target, port: path.port }, Echo.say, { text: 'hi', times: 1 })
    // grpc-js does not tell every cause of a connection that failed.
    const codes = transport === 'http2' ? /^DENDRITE_TLS_REFUSED$/ : /^DENDRITE_(TLS_REFUSED|UNREACHABLE)$/
    expect(reply).toMatchObject({ ok: false, error: { code: expect.stringMatching(codes) } })
    // It was called, and no handshake of its was completed.
    expect(connections).toBeGreaterThan(probes)
    expect([impostor.seen, impostor.resumed, ground.handled]).toEqual([[], [], []])
    const direct = await dendrite.call({ ...target, port: ground.axon.endpoint.port }, Echo.say, { text: 'hi', times: 1 })
    expect(direct).toMatchObject({ ok: true, value: { texts: ['hi'] } })
  })

  const secret = Buffer.concat([
    preface(),
    frame('headers', callBlock('/a.secret/Call'), { stream: 1, flags: frameFlags.endHeaders | frameFlags.endStream }),
  ])
  const attack = async (checksSignature: boolean) => {
    const { identity, impostor } = await places(impostorOf)
    const options = { port: impostor.port, pinnedPem: identity.certificatePem, message: secret }
    return { client: bench.keep(await bareTlsClient({ ...options, checksSignature })), impostor }
  }

  it('gets nothing from a client that compares certificates, if it checks who signed the handshake too', async () => {
    const { client, impostor } = await attack(true)
    expect([client.isBelieved, impostor.seen]).toEqual([false, []])
  })

  it('control: is told everything by the same client without that check', async () => {
    const { client, impostor } = await attack(false)
    expect(client.isBelieved).toBe(true)
    await expect.poll(() => impostor.seen.map(({ path }) => path), { timeout: 20_000 }).toEqual(['/a.secret/Call'])
  })

  it('is believed if it holds the key', async () => {
    const { identity, impostor } = await places(async (own) => ({ key: keyOf(own), cert: own.certificatePem }))
    const options = { port: impostor.port, pinnedPem: identity.certificatePem, message: secret, checksSignature: true }
    expect(bench.keep(await bareTlsClient(options)).isBelieved).toBe(true)
    await expect.poll(() => impostor.seen.length, { timeout: 20_000 }).toBe(1)
  })
})

describe.each(['http2', 'grpc-js'] as const)('over %s', (transport) => {
  describe('attack: a server shows another certificate of the pinned key', () => {
    const attack = async (isTrusted: boolean) => {
      const { ground, impostor, secrets } = await places(async ({ privateKey }) => {
        const again = await tlsIdentityOf(privateKey)
        return { key: keyOf(again), cert: again.certificatePem }
      })
      if (isTrusted) without.theOneLeaf = secrets.cert
      const path = bench.keep(await openSwitchboard((n) => (n === 1 ? ground.axon.endpoint.port : impostor.port)))
      const clock = pushableClock()
      const dendrite = bench.keep(createDendrite({ signer: ground.cast.alice, directory: domain, timeoutMs: 5_000, transport, clock }))
      const target = { hotkey: ground.cast.bob.address, host: '127.0.0.1', port: path.port }
      const ask = () => dendrite.call(target, Echo.say, { text: 'hi', times: 1 })
      return { ground, impostor, clock, ask }
    }

    it('gets nothing on the channel that was pinned to the first one; a new probe finds it, and its key is in the new opening', async () => {
      const { ground, impostor, clock, ask } = await attack(false)
      expect(await ask()).toMatchObject({ ok: false, error: { code: expect.stringMatching(/^DENDRITE_(TLS_REFUSED|UNREACHABLE)$/) } })
      expect([impostor.seen, ground.handled]).toEqual([[], []])
      clock.push(10_000)
      expect(await ask()).toMatchObject({ ok: true })
      expect(impostor.seen.map(({ path }) => path)).toEqual([AxonService.openSession.path, Echo.say.path])
    })

    it('control: gets the call at once from a client that goes by the key alone', async () => {
      const { impostor, ask } = await attack(true)
      expect(await ask()).toMatchObject({ ok: true })
      expect(impostor.seen.map(({ path }) => path)).toEqual([AxonService.openSession.path, Echo.say.path])
    })
  })
})
