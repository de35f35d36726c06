import type { ClientTransport, ClientTransportOptions } from '../client-transport.js'
import { connectionCases } from './connection-cases.js'
import { hostileReplies } from './hostile-replies.js'
import { interopCases } from './interop-cases.js'
import { tlsCases } from './tls-cases.js'

/** What every transport over a socket must do; each implementation's own test runs it. `isStrict`: it refuses what is merely odd, too. */
export function compliance(makeTransport: (options: ClientTransportOptions) => ClientTransport, { isStrict }: { isStrict: boolean }): void {
  interopCases(makeTransport)
  tlsCases(makeTransport)
  hostileReplies(makeTransport, isStrict)
  connectionCases(makeTransport)
}
