import { bytes, defineProtocol, double, message, serverStreaming, tensor, uint32, unary } from '@tensorkit/core'
import protobuf from 'protobufjs'

/** What is called, by TensorKit. */
export const Bench = defineProtocol('bench.v1.Bench', {
  /** Answers what it was asked. */
  say: unary({ request: message({ data: bytes(1) }), response: message({ data: bytes(1) }) }),
  /** The same with a tensor. */
  tensor: unary({ request: message({ tensor: tensor(1) }), response: message({ tensor: tensor(1) }) }),
  /** Answers so many tensors. */
  tensors: serverStreaming({
    request: message({ sizeBytes: uint32(1), count: uint32(2) }),
    response: message({ tensor: tensor(1) }),
  }),
  /** Answers after a while, with the time that it took itself. */
  late: unary({ request: message({ delayMs: double(1) }), response: message({ ownMs: double(1) }) }),
})

const { root } = protobuf.parse(`syntax = "proto3"; package bench.v1;
  message Data { bytes data = 1; }
  message Want { uint32 size_bytes = 1; uint32 count = 2; }
  message Delay { double delay_ms = 1; }
  message Late { double own_ms = 1; }`)

/** A message of the baseline: what grpc-js needs to send and receive it. */
function plainMessage<T extends object>(name: string) {
  const type = root.lookupType(`bench.v1.${name}`)
  return {
    serialize: (value: T) => {
      const written = type.encode(value).finish()
      // A Buffer already, in Node: the baseline makes no copy that a real service would not make.
      return Buffer.isBuffer(written) ? written : Buffer.from(written.buffer, written.byteOffset, written.byteLength)
    },
    deserialize: (buffer: Buffer) => type.decode(buffer) as unknown as T,
  }
}

/** The messages of the baseline. */
export interface PlainMessages {
  readonly data: { readonly data: Uint8Array }
  readonly want: { readonly sizeBytes: number; readonly count: number }
  readonly delay: { readonly delayMs: number }
  readonly late: { readonly ownMs: number }
}

const data = plainMessage<PlainMessages['data']>('Data')
const want = plainMessage<PlainMessages['want']>('Want')
const delay = plainMessage<PlainMessages['delay']>('Delay')
const late = plainMessage<PlainMessages['late']>('Late')

/** The same as a plain grpc-js service with protobufjs; a tensor is its bytes. */
export const plainService = {
  say: {
    path: '/bench.v1.Bench/Say',
    requestStream: false,
    responseStream: false,
    requestSerialize: data.serialize,
    requestDeserialize: data.deserialize,
    responseSerialize: data.serialize,
    responseDeserialize: data.deserialize,
  },
  tensors: {
    path: '/bench.v1.Bench/Tensors',
    requestStream: false,
    responseStream: true,
    requestSerialize: want.serialize,
    requestDeserialize: want.deserialize,
    responseSerialize: data.serialize,
    responseDeserialize: data.deserialize,
  },
  late: {
    path: '/bench.v1.Bench/Late',
    requestStream: false,
    responseStream: false,
    requestSerialize: delay.serialize,
    requestDeserialize: delay.deserialize,
    responseSerialize: late.serialize,
    responseDeserialize: late.deserialize,
  },
} as const
