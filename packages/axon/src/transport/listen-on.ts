import type { Server } from 'node:net'
import { TensorKitError } from '@tensorkit/core'
import type { ListenAddress } from './server-transport.js'

/** Binds a server to its address. @throws AXON_ADDRESS_IN_USE, AXON_LISTEN_FAILED, CORE_ABORTED. */
export function listenOn(listener: Server, { host, port, signal }: ListenAddress): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) {
      reject(new TensorKitError('CORE_ABORTED', 'Listening was aborted', { cause: signal.reason }))
      return
    }
    const onAbort = () => {
      listener.close()
      reject(new TensorKitError('CORE_ABORTED', 'Listening was aborted', { cause: signal?.reason }))
    }
    listener.once('error', (cause: NodeJS.ErrnoException) => {
      signal?.removeEventListener('abort', onAbort)
      const facts = { host, port, reason: cause.code ?? cause.message }
      reject(
        cause.code === 'EADDRINUSE'
          ? new TensorKitError('AXON_ADDRESS_IN_USE', `Port ${port} is taken`, { cause, facts })
          : new TensorKitError('AXON_LISTEN_FAILED', `Cannot listen on port ${port}`, { cause, facts }),
      )
    })
    signal?.addEventListener('abort', onAbort, { once: true })
    listener.listen({ host, port }, () => {
      signal?.removeEventListener('abort', onAbort)
      resolve()
    })
  })
}
