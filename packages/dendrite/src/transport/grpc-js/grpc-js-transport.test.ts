import { describe } from 'vitest'
import { compliance } from '../test/compliance.js'
import { createGrpcJsTransport } from './grpc-js-transport.js'

describe('the grpc-js transport', () => compliance(createGrpcJsTransport, { isStrict: false }))
