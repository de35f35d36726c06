import { TensorKitError } from '@tensorkit/core'

/** What the runner asks of the localnet that no client of a real chain could: to seal blocks, and what waits for one. */
export interface LocalnetControl {
  /** Seals blocks. @returns The number of the last one. */
  mine(count?: number): Promise<number>
  /** Waits until so many extrinsics are in the pool: what is sealed then does not depend on who is fast. @throws CORE_TIMEOUT. */
  waitForPending(count: number): Promise<void>
}

/** How long a localnet that runs on this machine may take, in ms. */
const timeoutMs = 60_000
const pollMs = 20

/**
 * Control of a localnet by its own RPC.
 *
 * @param httpUrl - Its HTTP address.
 * @param signal - Ends every wait.
 */
export function createLocalnetControl(httpUrl: string, signal: AbortSignal): LocalnetControl {
  const pending = async () => ((await request(httpUrl, signal, 'author_pendingExtrinsics', [])) as string[]).length
  return {
    mine: async (count = 1) => ((await request(httpUrl, signal, 'tensorkit_mine', [count])) as { number: number }).number,
    async waitForPending(count) {
      const deadline = performance.now() + timeoutMs
      for (let seen = await pending(); seen < count; seen = await pending()) {
        if (performance.now() > deadline) {
          throw new TensorKitError('CORE_TIMEOUT', 'The extrinsics that should be in the pool did not come', {
            facts: { expected: count, seen },
          })
        }
        await new Promise((resolve) => setTimeout(resolve, pollMs))
        signal.throwIfAborted()
      }
    },
  }
}

async function request(url: string, signal: AbortSignal, method: string, params: unknown[]): Promise<unknown> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ jsonrpc: '2.0', id: 1, method, params }),
    signal: AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new TensorKitError('CHAIN_UNREACHABLE', 'The localnet does not answer', { cause, facts: { url } })
  })
  const answer = (await response.json()) as { result?: unknown; error?: { message: string } }
  if (answer.error)
    throw new TensorKitError('CORE_INTERNAL', 'The localnet refused a request', { facts: { method, reason: answer.error.message } })
  return answer.result
}
