import { defineProtocol } from '../protocol/define-protocol.js'
import { enumeration, enumType, message, string } from '../protocol/fields.js'
import { unary } from '../protocol/methods.js'

/**
 * gRPC's standard health service, `Check` alone.
 *
 * Source: grpc/health/v1/health.proto.
 */
export const HealthService = defineProtocol('grpc.health.v1.Health', {
  check: unary({
    request: message('HealthCheckRequest', { service: string(1) }),
    response: message('HealthCheckResponse', {
      status: enumeration(1, enumType('ServingStatus', { UNKNOWN: 0, SERVING: 1, NOT_SERVING: 2, SERVICE_UNKNOWN: 3 })),
    }),
  }),
})
