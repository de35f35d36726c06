import type { ApiPromise } from '@polkadot/api'

/** Disconnects and waits until the socket is closed: a node that closes first would make the client complain. */
export async function closeApi(api: ApiPromise): Promise<void> {
  if (!api.isConnected) return
  const closed = new Promise((resolve) => api.once('disconnected', resolve))
  await api.disconnect()
  await closed
}
