import { describe } from 'vitest'
import { compliance } from '../test/compliance.js'
import { createHttp2Transport } from './http2-transport.js'

describe('the http2 transport', () => compliance(createHttp2Transport, { isStrict: true }))
