/** An error that the node returned to a JSON-RPC request. The texts are the node's, and untrusted. */
export class RpcError extends Error {
  readonly rpcCode: number
  /** The method that failed. */
  readonly method: string
  /** The `data` of the error if it is a text, capped in length. */
  readonly data: string | undefined

  constructor(method: string, rpcCode: number, message: string, data?: string) {
    super(message.slice(0, 200))
    this.name = 'RpcError'
    this.method = method
    this.rpcCode = rpcCode
    this.data = data?.slice(0, 200)
  }
}
