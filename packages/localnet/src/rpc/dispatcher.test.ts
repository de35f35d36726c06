import { silentLogger } from '@tensorkit/core'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { createToyRuntime } from '../../test/toy-runtime.js'
import { defaultGenesisTimeMs, virtualTime } from '../block/block-time.js'
import { Chain } from '../block/chain.js'
import { Sealer } from '../dev/sealer.js'
import { Dispatcher } from './dispatcher.js'
import { allMethods } from './methods/all-methods.js'
import { defaultRpcLimits } from './rpc-limits.js'

const chain = new Chain({ runtime: createToyRuntime(), time: virtualTime(defaultGenesisTimeMs) })
const sealer = new Sealer({ chain, sealing: 'manual', logger: silentLogger })
const failures: unknown[] = []
const methods = allMethods({ chain, sealer, info: { version: '0.0.0' } })
const dispatcher = new Dispatcher({
  methods,
  limits: defaultRpcLimits,
  logger: { ...silentLogger, warn: (fields) => void failures.push(fields) },
})
const session = { signal: new AbortController().signal }

// Mining is left out, because a lucky number would keep the test busy.
const names = Object.keys(methods).filter((name) => !name.startsWith('tensorkit_mine'))
const hash = fc.constantFrom(chain.genesis.hash, chain.genesis.hash.toUpperCase().replace('0X', '0x'), `0x${'00'.repeat(32)}`)
const hex = fc.uint8Array({ maxLength: 40 }).map((bytes) => `0x${Buffer.from(bytes).toString('hex')}`)
const param = fc.oneof(hash, hex, fc.jsonValue({ maxDepth: 2 }), fc.array(hex, { maxLength: 3 }), fc.nat(2000))

const isResponse = (value: unknown): boolean => {
  const { jsonrpc, id, ...rest } = value as Record<string, unknown>
  const error = rest.error as { code: unknown; message: unknown } | undefined
  const one = 'result' in rest ? !error : Number.isInteger(error?.code) && typeof error?.message === 'string'
  return jsonrpc === '2.0' && (id === null || ['string', 'number'].includes(typeof id)) && one
}

test('whatever a client sends, it gets a response, and no method fails in a way that was not foreseen', async () => {
  const request = fc.record({
    jsonrpc: fc.constant('2.0'),
    id: fc.oneof(fc.nat(), fc.string()),
    method: fc.constantFrom(...names),
    params: fc.array(param, { maxLength: 4 }),
  })
  const message = fc.oneof(request, fc.array(fc.oneof(request, fc.jsonValue()), { minLength: 1, maxLength: 3 }), fc.jsonValue())
  await fc.assert(
    fc.asyncProperty(message, async (value) => {
      const { text, sent } = await dispatcher.answer(JSON.stringify(value), session)
      sent()
      const answers: unknown = text === undefined ? [] : JSON.parse(text)
      for (const answer of Array.isArray(answers) ? answers : [answers]) expect(isResponse(answer)).toBe(true)
    }),
    { numRuns: 2000 },
  )
  expect(failures).toEqual([])
  expect(chain.head).toBe(chain.genesis)
})

test('text that is no JSON is answered too', async () => {
  await fc.assert(
    fc.asyncProperty(fc.string(), async (message) => {
      const { text } = await dispatcher.answer(`{{${message}`, session)
      expect(JSON.parse(text ?? '')).toMatchObject({ id: null, error: { code: -32700 } })
    }),
  )
})

test('a fault of the node is logged, and told without its text', async () => {
  const broken = new Dispatcher({
    methods: {
      broken: {
        kind: 'call',
        handle: () => {
          throw new Error('secret')
        },
      },
    },
    limits: defaultRpcLimits,
    logger: { ...silentLogger, warn: (fields) => void failures.push(fields) },
  })
  const { text } = await broken.answer('{"jsonrpc":"2.0","id":1,"method":"broken"}', session)
  expect(JSON.parse(text ?? '')).toEqual({ jsonrpc: '2.0', id: 1, error: { code: -32603, message: 'Internal error' } })
  expect(failures.splice(0)).toMatchObject([{ method: 'broken' }])
})
