import {
  bidi,
  type Clock,
  clientStreaming,
  defineProtocol,
  message,
  repeated,
  serverStreaming,
  string,
  systemClock,
  uint32,
  unary,
} from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'
import { createDendrite, type Dendrite, type DendriteOptions, type Target } from '@tensorkit/dendrite'
import { afterEach } from 'vitest'
import { type Behaviour, startTestPeer, type TestPeer, type TestPeerOptions } from './support/test-peer.js'

const Text = message('Text', { text: string(1), count: uint32(2) })

/** The protocol that the dendrite's tests speak: all four kinds. */
export const Talk = defineProtocol('test.v1.Talk', {
  say: unary({ request: Text, response: Text }),
  tell: serverStreaming({ request: Text, response: Text }),
  collect: clientStreaming({ request: Text, response: message('Texts', { texts: repeated(string(1)) }) }),
  chat: bidi({ request: Text, response: Text }),
})

export const domain = { genesisHash: '0'.repeat(64), netuid: 1 }
export const encodeText = (text: string, count = 0): Uint8Array => Talk.say.response.encode({ text, count })

/** Answers with the request itself. */
export const echo: Behaviour = async ({ messages, answer }) => answer(await messages)

/** Time that a test can push on: monotonic alone. */
export function pushableClock(): Clock & { push(ms: number): void } {
  let ahead = 0
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + ahead,
    push(ms) {
      ahead += ms
    },
  }
}

/** A clock whose sleeps take no time: it goes on by as much, and keeps how long they were. */
export function skippingClock(): Clock & { push(ms: number): void; readonly sleeps: number[] } {
  let aheadMs = 0
  const sleeps: number[] = []
  return {
    ...systemClock,
    monotonicMs: () => systemClock.monotonicMs() + aheadMs,
    async sleep(ms) {
      sleeps.push(ms)
      aheadMs += ms
    },
    push(ms) {
      aheadMs += ms
    },
    sleeps,
  }
}

/** Opens peers and dendrites, and closes them after each test. */
export function dendriteBench() {
  const opened: { close(): Promise<void> }[] = []
  afterEach(async () => {
    await Promise.all(opened.splice(0).map((closable) => closable.close()))
  })
  const keep = <T extends { close(): Promise<void> }>(closable: T): T => {
    opened.push(closable)
    return closable
  }
  const alice = signerFromUri('//Alice')
  return {
    keep,
    signer: (name: string): Promise<LocalSigner> => signerFromUri(`//${name}`),
    async peer(
      behaviours: TestPeerOptions['behaviours'],
      options: Partial<TestPeerOptions> = {},
    ): Promise<TestPeer & { readonly target: Target }> {
      const signer = options.signer ?? (await signerFromUri('//Bob'))
      const peer = keep(await startTestPeer({ signer, domain, behaviours, ...options }))
      return { ...peer, target: { hotkey: signer.address, host: '127.0.0.1', port: peer.port } }
    },
    async dendrite(options: Partial<DendriteOptions> = {}): Promise<Dendrite> {
      return keep(createDendrite({ signer: await alice, directory: domain, timeoutMs: 5_000, ...options }))
    },
  }
}

/** The error of a reply, or of a stream's end, that must be one. */
export function errorOf(outcome: { readonly ok: true } | { readonly ok: false; readonly error: Error & { readonly code: string } }) {
  if (outcome.ok) throw new Error('there is no error')
  return outcome.error as import('@tensorkit/core').TensorKitError
}

export const sleep = (ms: number) => new Promise<void>((resolve) => setTimeout(resolve, ms))
