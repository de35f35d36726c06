import type { StatusName } from './refusal.js'

/** gRPC's numbers of the statuses that an axon answers with. */
export const statusCodes: Readonly<Record<StatusName, number>> = {
  INVALID_ARGUMENT: 3,
  DEADLINE_EXCEEDED: 4,
  PERMISSION_DENIED: 7,
  RESOURCE_EXHAUSTED: 8,
  UNIMPLEMENTED: 12,
  INTERNAL: 13,
  UNAVAILABLE: 14,
  UNAUTHENTICATED: 16,
}
