import { silentLogger } from '@tensorkit/core'
import { type Node, type NodeOptions, startNode } from '../src/dev/start-node.js'
import { createToyRuntime } from './toy-runtime.js'

/** A node over the toy runtime, with its addresses. */
export async function startToy(
  options: Partial<NodeOptions> = {},
): Promise<Node & { readonly url: string; readonly httpUrl: string; close(): Promise<void> }> {
  const node = await startNode({
    runtime: createToyRuntime(),
    host: '127.0.0.1',
    port: 0,
    allowRemote: false,
    allowedOrigins: [],
    sealing: 'manual',
    version: '0.0.0',
    logger: silentLogger,
    ...options,
  })
  const address = `127.0.0.1:${node.server.port}`
  return {
    ...node,
    url: `ws://${address}`,
    httpUrl: `http://${address}`,
    close: async () => {
      node.sealer.close()
      await node.server.close()
    },
  }
}
