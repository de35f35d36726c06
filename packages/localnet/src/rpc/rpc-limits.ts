/** Bounds of the JSON-RPC server. */
export interface RpcLimits {
  /** One message or HTTP body from a client. @defaultValue 16 MiB: above Substrate's 15, and any extrinsic fits. */
  readonly maxRequestBytes: number
  /** One response, a batch's as a whole. @defaultValue 16 MiB: metadata is below 1 MiB. */
  readonly maxResponseBytes: number
  /** What may wait to be read by one client before it is disconnected. @defaultValue 64 MiB: four of the largest responses. */
  readonly maxBacklogBytes: number
  /** Open connections, HTTP and WebSocket together. @defaultValue 256, for a subnet of many processes on one machine. */
  readonly maxConnections: number
  /** Subscriptions of one connection. @defaultValue 1024, as Substrate. */
  readonly maxSubscriptions: number
  /** Requests in one batch. @defaultValue 1024. */
  readonly maxBatch: number
  /** Requests of one connection that are not answered yet. @defaultValue 64: only mining takes time. */
  readonly maxInFlight: number
}

/** The server's limits, unless told otherwise. */
export const defaultRpcLimits: RpcLimits = {
  maxRequestBytes: 16 * 1024 * 1024,
  maxResponseBytes: 16 * 1024 * 1024,
  maxBacklogBytes: 64 * 1024 * 1024,
  maxConnections: 256,
  maxSubscriptions: 1024,
  maxBatch: 1024,
  maxInFlight: 64,
}
