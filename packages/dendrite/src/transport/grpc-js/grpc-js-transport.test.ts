import { describe } from 'vitest'
import { interopCases } from '../test/interop-cases.js'
import { tlsCases } from '../test/tls-cases.js'
import { createGrpcJsTransport } from './grpc-js-transport.js'

describe('the grpc-js transport', () => {
  interopCases(createGrpcJsTransport)
  tlsCases(createGrpcJsTransport)
})
