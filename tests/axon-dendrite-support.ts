import { credentials, Metadata, makeGenericClientConstructor, type ServiceError } from '@grpc/grpc-js'
import { type Axon, type AxonOptions, createAxon, type Handlers } from '@tensorkit/axon'
import {
  type Clock,
  createMemoryReplayStore,
  defineProtocol,
  type Logger,
  message,
  type NeuronDirectory,
  repeated,
  type StaticNeuron,
  staticDirectory,
  string,
  systemClock,
  uint32,
  unary,
} from '@tensorkit/core'
import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'

const Say = message('SayRequest', { text: string(1), times: uint32(2) })
const Said = message('SayResponse', { texts: repeated(string(1)) })

/** The protocol that these tests speak. */
export const Echo = defineProtocol('test.v1.Echo', {
  say: unary({ request: Say, response: Said }),
  shout: unary({ request: Say, response: Said }),
})

/** Handlers of it. */
export const echo: Handlers<typeof Echo> = {
  say: ({ text, times }) => ({ texts: Array<string>(times).fill(text) }),
  shout: ({ text, times }) => ({ texts: Array<string>(times).fill(text.toUpperCase()) }),
}

export const genesisHash = '0'.repeat(64)

/** A log that can be read. */
export interface LogEntry {
  readonly level: keyof Logger
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

export function recordingLogger(): Logger & { readonly entries: LogEntry[] } {
  const entries: LogEntry[] = []
  const at = (level: keyof Logger) => (fields: Readonly<Record<string, unknown>>, text: string) =>
    void entries.push({ level, message: text, fields })
  return { entries, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** The machine's clock, some time off. */
export const clockAhead = (offsetMs: number): Clock => ({
  ...systemClock,
  nowMs: () => systemClock.nowMs() + offsetMs,
  nowNs: () => systemClock.nowNs() + BigInt(offsetMs) * 1_000_000n,
})

export const signers = async (...names: string[]): Promise<LocalSigner[]> => Promise.all(names.map((name) => signerFromUri(`//${name}`)))

export const directoryOf = (neurons: readonly Omit<StaticNeuron, 'uid'>[]): NeuronDirectory =>
  staticDirectory({ netuid: 1, genesisHash, neurons: neurons.map((neuron, uid) => ({ ...neuron, uid })) })

/** Options of an axon on any free port, in plain text, whose replay memory has no beginning, as nobody called it before. */
export const axonOptions = (options: Pick<AxonOptions, 'signer' | 'directory'> & Partial<AxonOptions>): AxonOptions => ({
  port: 0,
  insecure: true,
  replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
  ...options,
})

/** An axon that listens and echoes, unless its handlers are replaced. */
export async function echoAxon(
  options: Pick<AxonOptions, 'signer' | 'directory'> & Partial<AxonOptions>,
  handlers: Partial<Handlers<typeof Echo>> = {},
): Promise<Axon> {
  const axon = createAxon(axonOptions(options))
  axon.implement(Echo, { ...echo, ...handlers })
  await axon.listen()
  return axon
}

/** What came of a raw call. */
export type RawOutcome = { readonly ok: true; readonly body: Buffer } | { readonly ok: false; readonly error: ServiceError }

/** A plain grpc-js client, which knows nothing of TensorKit. */
export function rawClient({ host, port }: { readonly host: string; readonly port: number }) {
  const Client = makeGenericClientConstructor({}, 'Raw')
  const client = new Client(`${host}:${port}`, credentials.createInsecure(), { 'grpc.use_local_subchannel_pool': 1 })
  const identity = (bytes: Buffer) => bytes
  return {
    call: (path: string, body: Uint8Array, headers: Readonly<Record<string, string | readonly string[]>> = {}, deadlineMs = 10_000) =>
      new Promise<RawOutcome>((resolve) => {
        const metadata = new Metadata()
        for (const [name, values] of Object.entries(headers)) for (const value of [values].flat()) metadata.add(name, value)
        client.makeUnaryRequest(
          path,
          identity,
          identity,
          Buffer.from(body),
          metadata,
          { deadline: Date.now() + deadlineMs },
          (error, value) => resolve(error ? { ok: false, error } : { ok: true, body: value as Buffer }),
        )
      }),
    close: () => client.close(),
  }
}
