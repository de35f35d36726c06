import { describe } from 'vitest'
import { interopCases } from '../test/interop-cases.js'
import { tlsCases } from '../test/tls-cases.js'
import { createHttp2Transport } from './http2-transport.js'

describe('the http2 transport', () => {
  interopCases(createHttp2Transport)
  tlsCases(createHttp2Transport)
})
