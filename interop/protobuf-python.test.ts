import { execFileSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import {
  defineProtocol,
  descriptorSet,
  itemSizeBytes,
  map,
  message,
  nested,
  optional,
  repeated,
  string,
  type Tensor,
  tensor,
  tensorOf,
  unary,
} from '@tensorkit/core'
import { beforeAll, describe, expect, it } from 'vitest'
import { pythonVenv } from './support/python-venv.js'

const script = fileURLToPath(new URL('protobuf-python.py', import.meta.url))

const Carrier = defineProtocol('interop.v1.Carrier', {
  carry: unary({
    request: message({
      name: string(1),
      tensor: optional(tensor(2)),
      tensors: repeated(tensor(3)),
      byName: map('string', tensor(4)),
      deep: optional(nested(5, message({ note: string(1), inner: nested(2000, message({ tensor: tensor(1) })) }))),
    }),
    response: message({}),
  }),
})
const { request } = Carrier.carry

const tensors: readonly Tensor[] = [
  tensorOf('F64', [3], Float64Array.of(1.5, -0, Number.NaN)),
  tensorOf('F32', [], Float32Array.of(0.25)),
  tensorOf('BF16', [1, 2], Uint16Array.of(0x3f80, 0x4000)),
  tensorOf('I64', [2, 1], BigInt64Array.of(-1n, 1n << 62n)),
  tensorOf('U8', [3], Uint8Array.of(1, 2, 3)),
  tensorOf('F32', [0, 7], new Float32Array(0)),
  tensorOf('F32', [100, 300], new Float32Array(30_000).fill(2)),
]
const values = tensors.flatMap((given, index) =>
  // Names of every length modulo 8 move the data to every offset.
  Array.from({ length: 8 }, (_, length) => ({
    name: 'n'.repeat(length),
    tensor: given,
    tensors: tensors.slice(0, index),
    byName: new Map([['k'.repeat(length + 1), given]]),
    deep: { note: 'x'.repeat(index), inner: { tensor: given } },
  })),
)

interface Reading {
  readonly implementation: string
  readonly messages: readonly { readonly json: Record<string, unknown>; readonly canonical: string }[]
}

const toJson = ({ dtype, shape, data }: Tensor) => ({
  dtype,
  ...(shape.length > 0 && { shape: shape.map(String) }),
  ...(data.length > 0 && { data: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }),
})

describe("Python's protobuf", () => {
  let python = ''
  beforeAll(async () => {
    // Of the version that the vectors were made with.
    python = (await pythonVenv(new URL('protobuf-python/requirements.txt', import.meta.url))).python
  }, 300_000)

  const read = (implementation: 'upb' | 'python', messages: readonly Uint8Array[]): Reading =>
    JSON.parse(
      execFileSync(python, [script], {
        input: JSON.stringify({
          descriptors: Buffer.from(descriptorSet([Carrier])).toString('hex'),
          type: request.typeName,
          messages: messages.map((wire) => Buffer.from(wire).toString('hex')),
        }),
        env: { ...process.env, PROTOCOL_BUFFERS_PYTHON_IMPLEMENTATION: implementation },
        maxBuffer: 256 << 20,
        timeout: 120_000,
      }).toString(),
    ) as Reading

  it.each(['upb', 'python'] as const)('reads tensors that are aligned by padding, by its implementation %s', (implementation) => {
    const messages = values.map((value) => request.encode(value))
    const reading = read(implementation, messages)
    expect(reading.implementation).toBe(implementation)
    expect(reading.messages).toHaveLength(values.length)
    for (const [index, { json, canonical }] of reading.messages.entries()) {
      const value = values[index] as (typeof values)[number]
      expect(json).toMatchObject({ tensor: toJson(value.tensor), deep: { inner: { tensor: toJson(value.tensor) } } })
      expect(json.tensors ?? []).toEqual(value.tensors.map(toJson))
      // What is left without the padding is a message as everybody writes it, shorter by 9 bytes for each tensor that was aligned.
      const bare = Buffer.from(canonical, 'hex')
      expect(request.decode(bare)).toEqual(value)
      const padded = [...value.tensors, ...Array<Tensor>(3).fill(value.tensor)].filter(
        ({ dtype, data }) => data.length > 0 && itemSizeBytes(dtype) > 1,
      )
      const saved = (messages[index] as Uint8Array).length - bare.length
      // The lengths of the messages around it may take a byte less, too.
      expect(saved).toBeGreaterThanOrEqual(9 * padded.length)
      expect(saved).toBeLessThanOrEqual(9 * padded.length + 12)
      const counts = { viewed: 0, copied: 0 }
      request.decode(messages[index] as Uint8Array, counts)
      expect(counts.copied).toBe(0)
    }
  })
})
