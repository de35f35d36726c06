import {
  bidi,
  clientStreaming,
  defineProtocol,
  message,
  serverStreaming,
  string,
  type Tensor,
  tensor,
  uint32,
  unary,
} from '@tensorkit/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { Axon } from './axon.js'
import type { CallContext } from './call-context.js'
import type { Handler } from './handlers.js'

const Task = message({ series: tensor(1), horizon: uint32(2) })
const Note = message({ note: string(1) })
const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  predict: unary({ request: Task, response: Note }),
})
const Streams = defineProtocol('forecast.v1.Streams', {
  follow: serverStreaming({ request: Task, response: Note }),
  gather: clientStreaming({ request: Task, response: Note }),
  talk: bidi({ request: Task, response: Note }),
})
interface TaskValue {
  readonly series: Tensor
  readonly horizon: number
}
interface NoteValue {
  readonly note: string
}

declare const axon: Axon

describe('implement', () => {
  it('infers what a handler gets and must give', () => {
    axon.implement(Forecaster, {
      predict: (request, context) => {
        expectTypeOf(request).toEqualTypeOf<{ readonly series: Tensor; readonly horizon: number }>()
        expectTypeOf(context).toEqualTypeOf<CallContext>()
        return { note: 'fine' }
      },
    })
    axon.implement(Forecaster, { predict: async () => ({ note: 'later' }) })
  })

  it('refuses a missing handler, and one that answers something else', () => {
    // @ts-expect-error predict is missing
    axon.implement(Forecaster, {})
    // @ts-expect-error note must be a string
    axon.implement(Forecaster, { predict: () => ({ note: 3 }) })
  })

  it('infers streams', () => {
    axon.implement(Streams, {
      async *follow(request, context) {
        expectTypeOf(request).toEqualTypeOf<TaskValue>()
        expectTypeOf(context).toEqualTypeOf<CallContext>()
        yield { note: 'one' }
      },
      gather: async (requests) => {
        expectTypeOf(requests).toEqualTypeOf<AsyncIterable<TaskValue>>()
        let sum = 0
        for await (const { horizon } of requests) sum += horizon
        return { note: String(sum) }
      },
      async *talk(requests) {
        for await (const request of requests) {
          expectTypeOf(request).toEqualTypeOf<TaskValue>()
          yield { note: String(request.horizon) }
        }
      },
    })
  })

  it('refuses a stream of something else, and one answer where a stream belongs', () => {
    expectTypeOf<() => AsyncGenerator<NoteValue>>().toExtend<Handler<typeof Streams.follow>>()
    expectTypeOf<() => AsyncGenerator<{ note: number }>>().not.toExtend<Handler<typeof Streams.follow>>()
    expectTypeOf<() => NoteValue>().not.toExtend<Handler<typeof Streams.follow>>()
    expectTypeOf<() => AsyncGenerator<NoteValue>>().not.toExtend<Handler<typeof Streams.gather>>()
    expectTypeOf<(request: TaskValue) => NoteValue>().not.toExtend<Handler<typeof Streams.gather>>()
    expectTypeOf<() => NoteValue>().not.toExtend<Handler<typeof Streams.talk>>()
  })
})
