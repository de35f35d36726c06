import { bytes, defineProtocol, message, unary } from '@tensorkit/core'
import protobuf from 'protobufjs'

/** 128 B there, 128 B back: the call is all, the work is none. */
export const payload = new Uint8Array(128).fill(7)

/** The protocol by TensorKit. */
export const Echo = defineProtocol('bench.v1.Echo', {
  say: unary({ request: message({ data: bytes(1) }), response: message({ data: bytes(1) }) }),
})

const { root } = protobuf.parse('syntax = "proto3"; package bench.v1; message Data { bytes data = 1; }')
const Data = root.lookupType('bench.v1.Data')
const serialize = (value: object) => Buffer.from(Data.encode(value).finish())
const deserialize = (buffer: Buffer) => Data.decode(buffer) as unknown as { readonly data: Uint8Array }

/** The same as a plain grpc-js service with protobufjs. */
export const plainService = {
  say: {
    path: '/bench.v1.Echo/Say',
    requestStream: false,
    responseStream: false,
    requestSerialize: serialize,
    requestDeserialize: deserialize,
    responseSerialize: serialize,
    responseDeserialize: deserialize,
  },
} as const

/** Which of the two a process runs. */
export type Kind = 'plain' | 'tensorkit'
