import {
  bidi,
  clientStreaming,
  defineProtocol,
  message,
  type NeuronDirectory,
  type Signer,
  serverStreaming,
  string,
  type TensorKitError,
  uint32,
  unary,
} from '@tensorkit/core'
import { describe, expectTypeOf, it } from 'vitest'
import { createDendrite } from './create-dendrite.js'
import type { Dendrite } from './dendrite.js'
import type { StreamResult } from './streams/stream-result.js'
import type { Target } from './target.js'

const Text = message({ text: string(1) })
const Length = message({ length: uint32(1) })
const Echo = defineProtocol('example.v1.Echo', {
  say: unary({ request: Text, response: Length }),
  tell: serverStreaming({ request: Text, response: Length }),
  collect: clientStreaming({ request: Text, response: Length }),
  chat: bidi({ request: Text, response: Length }),
})

declare const dendrite: Dendrite
declare const target: Target
declare const signer: Signer
declare const directory: NeuronDirectory

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

  it('agree on what a quorum looks at', () => {
    dendrite.query([target], Echo.say, { text: 'hi' }, { quorum: { count: 2, agreeOn: ({ length }) => length } })
    // @ts-expect-error there is no such field
    dendrite.query([target], Echo.say, { text: 'hi' }, { quorum: { count: 2, agreeOn: ({ width }) => width } })
  })
})

describe('streams', () => {
  it('have the types of their messages, each way', async () => {
    const told = dendrite.stream(target, Echo.tell, { text: 'hi' })
    for await (const value of told) expectTypeOf(value).toEqualTypeOf<{ readonly length: number }>()
    expectTypeOf(await told.result).toEqualTypeOf<StreamResult>()
    const chat = dendrite.open(target, Echo.chat)
    expectTypeOf(chat.send).parameter(0).toEqualTypeOf<{ readonly text: string }>()
    const collected = await dendrite.upload(target, Echo.collect, [{ text: 'hi' }])
    if (collected.ok) expectTypeOf(collected.value).toEqualTypeOf<{ readonly length: number }>()
  })

  it('are opened by the function of their kind', () => {
    // @ts-expect-error a unary method has no stream
    dendrite.stream(target, Echo.say, { text: 'hi' })
    // @ts-expect-error a stream is no single reply
    void dendrite.call(target, Echo.tell, { text: 'hi' })
    // @ts-expect-error one request is not a stream of them
    dendrite.open(target, Echo.collect)
    // @ts-expect-error the messages must fit
    void dendrite.upload(target, Echo.collect, [{ text: 3 }])
  })
})

describe('a dendrite', () => {
  it('takes a directory, or the subnet alone', () => {
    createDendrite({ signer, directory })
    createDendrite({ signer, directory: { genesisHash: '', netuid: 1 } })
    // @ts-expect-error a subnet has a number
    createDendrite({ signer, directory: { genesisHash: '' } })
  })
})
