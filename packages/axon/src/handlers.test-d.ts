import { defineProtocol, message, string, type Tensor, tensor, uint32, unary } from '@tensorkit/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { Axon } from './axon.js'
import type { CallContext } from './call-context.js'

const Forecaster = defineProtocol('forecast.v1.Forecaster', {
  predict: unary({ request: message({ series: tensor(1), horizon: uint32(2) }), response: message({ note: string(1) }) }),
})

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
})
