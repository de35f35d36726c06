import { defineProtocol, message, string, type TensorKitError, uint32, unary } from '@tensorkit/core'
import { describe, expectTypeOf, it } from 'vitest'
import type { Dendrite } from './dendrite.js'
import type { Target } from './target.js'

const Echo = defineProtocol('example.v1.Echo', {
  say: unary({ request: message({ text: string(1) }), response: message({ length: uint32(1) }) }),
})

declare const dendrite: Dendrite
declare const target: Target

describe('replies', () => {
  it('have the type of the method’s response, or an error', async () => {
    for await (const reply of dendrite.query([target], Echo.say, { text: 'hi' })) {
      if (reply.ok) expectTypeOf(reply.value).toEqualTypeOf<{ readonly length: number }>()
      else expectTypeOf(reply.error).toEqualTypeOf<TensorKitError>()
    }
    const reply = await dendrite.call(target, Echo.say, { text: 'hi' })
    // @ts-expect-error value is there only if the reply is ok
    reply.value
  })

  it('are asked for by a request that fits, or a function that makes one', () => {
    dendrite.query([target], Echo.say, (to) => ({ text: to.hotkey }))
    // @ts-expect-error text must be a string
    dendrite.query([target], Echo.say, { text: 3 })
    // @ts-expect-error text must be a string
    dendrite.query([target], Echo.say, () => ({ text: 3 }))
  })
})
