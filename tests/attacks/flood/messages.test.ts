import { randomBytes } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { createAxon } from '@tensorkit/axon'
import {
  AxonService,
  defineProtocol,
  f64Tensor,
  HealthService,
  type Method,
  message,
  nested,
  optional,
  repeated,
  TensorKitError,
  tensor,
  uint32,
  unary,
} from '@tensorkit/core'
import { afterEach, describe, expect, it, vi } from 'vitest'
import type * as AnonymousServices from '../../../packages/axon/src/services/anonymous-service.js'
import type * as Tensors from '../../../packages/core/src/tensor/tensor.js'
import { axonOptions, directoryOf, Echo, echo } from '../../axon-dendrite-support.js'
import { countingMetrics } from '../../axon-session-support.js'
import type { AttackedAxon } from '../support/attacked-axon.js'
import { floodBench } from '../support/flood-bench.js'
import { besideHonest } from '../support/honest-caller.js'
import { answerOf, callHeaders, framed } from '../support/http2-caller.js'

const off = vi.hoisted(() => ({ compressed: false, rank: false }))

vi.mock('../../../packages/axon/src/services/anonymous-service.js', async (original) => {
  const real = await original<typeof AnonymousServices>()
  const anonymousHandler: typeof real.anonymousHandler = (method, answer, options) => {
    const handler = real.anonymousHandler(method, answer, options)
    return (call) => {
      if (off.compressed) Object.defineProperty(call, 'isCompressed', { value: false })
      handler(call)
    }
  }
  return { anonymousHandler }
})

vi.mock('../../../packages/core/src/tensor/tensor.js', async (original) => {
  const real = await original<typeof Tensors>()
  return {
    ...real,
    /** As if any number of dimensions would do. */
    get maxTensorRank() {
      return off.rank ? Number.POSITIVE_INFINITY : real.maxTensorRank
    },
    elementCount: (shape: readonly number[]) =>
      off.rank ? shape.reduce((product, length) => product * length, 1) : real.elementCount(shape),
  }
})

const invalidArgument = 3
const exhausted = 8
const unimplemented = 12
const mib = 2 ** 20

const bench = floodBench()
const { attacked, from } = bench

afterEach(() => {
  off.compressed = false
  off.rank = false
})

/** The most memory, in MiB, that something takes beyond what was taken before. */
async function peakOf<T>(run: () => Promise<T>): Promise<{ readonly peakMiB: number; readonly result: T }> {
  const taken = () => {
    const { arrayBuffers, heapUsed } = process.memoryUsage()
    return arrayBuffers + heapUsed
  }
  const before = taken()
  let peak = before
  const timer = setInterval(() => {
    peak = Math.max(peak, taken())
  }, 2)
  try {
    return { result: await run(), peakMiB: (peak - before) / mib }
  } finally {
    clearInterval(timer)
  }
}

describe('attack: 16 KiB that unpack to 16 MiB, in calls without credentials', () => {
  const bombs = Buffer.concat(Array<Buffer>(4).fill(framed(gzipSync(Buffer.alloc(4 * mib - 64), { level: 9 }), true)))
  // All of a source on one connection.
  const limits = { maxStrangerStreams: 64 }

  /** From two sources, so that all places for such calls are taken. */
  function explode(target: AttackedAxon, path: string, encoding = 'gzip') {
    const callers = [from(target), from(target, '127.0.0.3')] as const
    return Promise.all(Array.from({ length: 32 }, (_, i) => callers[i % 2 === 0 ? 0 : 1].call(path, bombs, { 'grpc-encoding': encoding })))
  }

  it.each([
    ['Describe, which says nothing, is answered unread', AxonService.describe.path, 0, 'gzip'],
    ['packed twice, it is the same', AxonService.describe.path, 0, 'deflate, gzip'],
    ['health is refused unread', HealthService.check.path, unimplemented, 'gzip'],
    ['reflection is refused unread', '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo', unimplemented, 'gzip'],
  ])('%s', async (_, path, expected, encoding) => {
    const target = await attacked({ reflection: true, limits })
    const { peakMiB, result } = await besideHonest(target, () => peakOf(() => explode(target, path, encoding)))
    expect(new Set(result.map(({ status }) => status))).toEqual(new Set([expected]))
    expect(peakMiB).toBeLessThan(24)
  })

  it('control: succeeds when what is compressed is read: memory by the tens of MiB', async () => {
    off.compressed = true
    const target = await attacked({ limits })
    const { peakMiB } = await peakOf(() => explode(target, AxonService.describe.path))
    expect(peakMiB).toBeGreaterThan(32)
  })
})

describe('attack: 30 KB of a registered hotkey that unpack to 30 MiB', () => {
  const bomb = framed(gzipSync(Echo.say.request.encode({ text: 'a'.repeat(30 * mib), times: 0 }), { level: 9 }), true)

  async function explode(target: AttackedAxon) {
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    return (await caller.call(Echo.say.path, bomb, { 'tk-session': token, 'grpc-encoding': 'gzip' })).status
  }

  it('is refused inside the decompressor', async () => {
    const target = await attacked()
    const { peakMiB, result } = await besideHonest(target, () => peakOf(() => explode(target)))
    expect(result).toBe(exhausted)
    expect(target.handled).not.toContain(bench.cast.charlie.address)
    expect(peakMiB).toBeLessThan(48)
  })

  it('control: succeeds without the limit', async () => {
    const target = await attacked({ limits: { maxMessageBytes: 32 * mib } })
    expect(await explode(target)).toBe(0)
    expect(target.handled).toContain(bench.cast.charlie.address)
  })
})

describe('attack: 16 KiB that unpack to 16 MiB, in as many calls as a registered hotkey may have', () => {
  const attempts = 48
  const bombs = Buffer.concat(Array<Buffer>(4).fill(framed(gzipSync(Buffer.alloc(4 * mib - 64), { level: 9 }), true)))

  async function explode(target: AttackedAxon) {
    const caller = from(target)
    const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
    const headers = { 'tk-session': token, 'grpc-encoding': 'gzip' }
    const answers = Array.from({ length: attempts }, () => caller.call(Echo.say.path, bombs, headers))
    return peakOf(async () => (await Promise.all(answers)).filter(({ status }) => status === exhausted).length)
  }

  it('is refused beyond its share of compressed calls', async () => {
    const target = await attacked({ limits: { maxCompressedCallsPerHotkey: 2 } })
    const { peakMiB, result } = await besideHonest(target, () => explode(target))
    expect(result).toBeGreaterThan(attempts / 2)
    expect(peakMiB).toBeLessThan(64)
    expect(target.handled).not.toContain(bench.cast.charlie.address)
  })

  it('control: succeeds without it: memory by the 100 MiB', async () => {
    const target = await attacked({ limits: { maxCompressedCallsPerHotkey: 1_000 } })
    const { peakMiB, result } = await explode(target)
    expect(result).toBe(0)
    expect(peakMiB).toBeGreaterThan(80)
  })
})

const Wide = defineProtocol('test.v1.Wide', {
  take: unary({
    request: message('Take', { t: optional(tensor(1)), list: repeated(nested(2, message('Nothing', {}))), numbers: repeated(uint32(3)) }),
    response: message('Taken', { items: uint32(1) }),
  }),
})

/** A field of so many bytes. */
function field(number: number, content: Uint8Array): Buffer {
  const head = [number * 8 + 2]
  let rest = content.length
  for (; rest >= 128; rest >>= 7) head.push((rest & 127) | 128)
  return Buffer.concat([Buffer.from([...head, rest]), content])
}

/** An axon that takes wide messages of 16 MiB beside its own protocol, and a session of charlie's on it. */
async function wideAxon(request: Method<'unary'>['request'] = Wide.take.request) {
  const taken: number[] = []
  const { cast } = bench
  const directory = directoryOf([{ hotkey: cast.charlie.address }, { hotkey: cast.alice.address }])
  const metrics = countingMetrics()
  const axon = createAxon(axonOptions({ signer: cast.bob, directory, metrics, limits: { maxMessageBytes: 16 * mib } }))
  const protocol = { ...Wide, $methods: Wide.$methods.map((method) => ({ ...method, request })) } as typeof Wide
  axon.implement(Echo, echo)
  axon.implement(protocol, {
    take: ({ t, list, numbers }) => {
      taken.push((t?.shape.length ?? 0) + list.length + numbers.length)
      return { items: list.length }
    },
  })
  await axon.listen()
  bench.keep(axon)
  const caller = from({ axon })
  const token = await caller.open({ signer: cast.charlie, server: cast.bob })
  const take = async (body: Uint8Array) => (await caller.call(Wide.take.path, framed(body), { 'tk-session': token })).status
  return { axon, cast, pin: undefined, checks: () => metrics.total('tensorkit_axon_signature_checks_total'), taken, take }
}

describe('attack: 8 MiB of elements', () => {
  const u8 = Buffer.from([0x08, 2])
  const wires = {
    // One byte, in 8 million dimensions: but for their number it is a tensor.
    'packed shape of a tensor': field(1, Buffer.concat([u8, field(2, Buffer.alloc(8 * mib, 1)), field(3, Buffer.alloc(1))])),
    'empty sub-messages, 4 million': Buffer.alloc(8 * mib, Buffer.from([0x12, 0])),
    'packed numbers, 8 million': field(3, Buffer.alloc(8 * mib)),
  }

  it.each(Object.entries(wires))('%s: are refused before they are made', async (_, wire) => {
    const { take, taken, checks, ...target } = await wideAxon()
    const { peakMiB, result } = await besideHonest(target, () => peakOf(() => take(wire)))
    expect(result).toBe(invalidArgument)
    expect(taken).toEqual([])
    // The message itself, as it comes, and what is made before the limit is reached.
    expect(peakMiB).toBeLessThan(128)
    expect(await take(new Uint8Array())).toBe(0)
    // Charlie's opening, and alice's.
    expect(checks()).toBe(2)
  })

  it.each(Object.entries(wires))('%s: control: succeed without a limit of them', async (_, wire) => {
    off.rank = true
    const unlimited = Wide.take.request.withLimits({ maxElements: 1_000_000_000 }) as Method<'unary'>['request']
    const { take, taken } = await wideAxon(unlimited)
    expect(await take(wire)).toBe(0)
    expect(taken[0]).toBeGreaterThanOrEqual(4 * mib)
  })
})

// 20,000 cases of the codec alone are in @tensorkit/core (hostile-messages.test.ts); these go through real calls.
describe('attack: malformed messages, tensors and frames, 400 calls', () => {
  const valid = Buffer.from(Wide.take.request.encode({ t: f64Tensor([1, 2, 3, 4], [2, 2]), list: [{}, {}], numbers: [1, 2, 3] }))

  function mutated(i: number): Buffer {
    if (i % 4 === 0) return randomBytes(1 + (i % 97))
    if (i % 4 === 1) return valid.subarray(0, i % valid.length)
    const copy = Buffer.from(valid)
    copy[(i * 7) % copy.length] = randomBytes(1)[0] as number
    return i % 4 === 2 ? copy : Buffer.concat([copy, randomBytes(3)])
  }

  it('each is decoded or refused, and the next one is served', async () => {
    const { take, taken, checks, ...target } = await wideAxon()
    let accepted = 0
    await besideHonest(target, async () => {
      for (let i = 0; i < 400; i++) {
        const wire = mutated(i)
        const isValid = decodes(wire)
        expect(await take(wire)).toBe(isValid ? 0 : invalidArgument)
        if (isValid) accepted++
      }
    })
    expect(checks()).toBe(2)
    expect(taken).toHaveLength(accepted)
    expect(accepted).toBeLessThan(400)
    expect(await take(valid)).toBe(0)
  })

  it.each([
    ['a flag that is none', Buffer.concat([Buffer.from([2]), framed(valid).subarray(1)])],
    ['compression that nobody announced', framed(gzipSync(valid), true).fill(0xff, 5)],
    ['a length of 4 GiB', Buffer.concat([Buffer.from([0, 255, 255, 255, 255]), valid])],
    ['half a message', framed(valid).subarray(0, 20)],
    ['half a frame', Buffer.from([0, 0])],
    ['two messages', Buffer.concat([framed(valid), framed(valid)])],
    ['a million empty messages', Buffer.alloc(5_000_000)],
  ])('%s: reaches no handler, and the axon goes on', async (_, wire) => {
    const target = await attacked()
    await besideHonest(target, async () => {
      const caller = from(target)
      const token = await caller.open({ signer: bench.cast.charlie, server: bench.cast.bob })
      const stream = caller.stream(callHeaders(Echo.say.path, { 'tk-session': token }))
      stream?.end(wire)
      expect((await (stream && answerOf(stream)))?.status).not.toBe(0)
    })
    expect(target.handled).not.toContain(bench.cast.charlie.address)
  })
})

function decodes(wire: Uint8Array): boolean {
  try {
    Wide.take.request.decode(wire)
    return true
  } catch (error) {
    if (TensorKitError.isInstance(error)) return false
    throw error
  }
}
