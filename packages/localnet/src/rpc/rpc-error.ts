import { TensorKitError } from '@tensorkit/core'

/** An `error` member of a JSON-RPC response. */
export interface RpcErrorObject {
  readonly code: number
  readonly message: string
  readonly data?: string
}

/**
 * A JSON-RPC error on its way from a method to the response. It never leaves this package, so it is no TensorKitError:
 * what matters is the code and the exact text, which clients compare with Substrate's.
 */
export class RpcError extends Error {
  readonly object: RpcErrorObject

  constructor(object: RpcErrorObject) {
    super(object.message)
    this.object = object
  }
}

/** -32601, for what no Substrate node knows either. */
export function methodNotFound(): RpcError {
  return new RpcError({ code: -32601, message: 'Method not found' })
}

/** -32601 too, since clients take that code as the sign to do without, but the text names what is missing. */
export function notModelled(what: string): RpcError {
  return new RpcError({ code: -32601, message: `Method not found: ${what} is not modelled by the localnet`, data: 'LOCALNET_NOT_MODELLED' })
}

/** -32602. */
export function invalidParams(detail: string): RpcError {
  return new RpcError({ code: -32602, message: 'Invalid params', data: detail })
}

/** 4003, what Substrate's client errors carry in `state_*`. */
export function clientError(detail: string, data?: string): RpcError {
  return new RpcError({ code: 4003, message: `Client error: ${detail}`, ...(data !== undefined && { data }) })
}

/** Turns whatever a method threw into a response's error. Only messages of this package's own errors go out. */
export function toRpcErrorObject(error: unknown): RpcErrorObject {
  if (error instanceof RpcError) return error.object
  if (TensorKitError.isInstance(error)) {
    const { reason } = error.facts
    return { code: -32603, message: reason === undefined ? error.shortMessage : `${error.shortMessage}: ${reason}`, data: error.code }
  }
  return { code: -32603, message: 'Internal error' }
}
