import { parseReceipt, receiptHeaders, TensorKitError, verifyReceipt } from '@tensorkit/core'
import { initCrypto, type SignaturePool } from '@tensorkit/core/crypto'
import type { Peer } from '../peers/peer.js'
import type { ResolvedOptions } from '../resolve-options.js'
import type { CallEnd } from '../transport/client-transport.js'

/** What this side saw of a call. */
export interface SeenCall {
  readonly peer: Peer
  readonly path: string
  readonly requestId: string
  readonly end: CallEnd
  /** Request messages sent, and their hash after the first so many. */
  readonly sent: { readonly count: number; hexAt(count: number): string | undefined }
  /** Response messages that came, and their hash. */
  readonly received: { readonly count: number; hex(): string }
}

/** Checks the receipt in a call's trailers against what this side saw. @returns Its bytes, or why it is not believed. */
export async function checkReceipt(options: ResolvedOptions, pool: SignaturePool, seen: SeenCall): Promise<Uint8Array | TensorKitError> {
  const { peer, path, requestId, end, sent, received } = seen
  const facts = { hotkey: peer.hotkey, address: peer.address, method: path }
  const bytes = end.trailers.bytes(receiptHeaders.receipt)
  if (bytes === undefined) return new TensorKitError('DENDRITE_RECEIPT_INVALID', 'The axon gave no receipt', { facts })
  const parsed = parseReceipt(bytes)
  // A unary request was read whole; of a stream the axon may have read less than was sent, never more.
  const requestCount = parsed.ok ? Math.min(parsed.receipt.fields.requestCount, sent.count) : 0
  await initCrypto()
  const checked = await verifyReceipt({
    receipt: bytes,
    verify: pool.verify,
    expected: {
      ...(options.directory && { domain: { genesisHash: options.directory.genesisHash, netuid: options.directory.netuid } }),
      scheme: peer.scheme ?? 'sr25519',
      axon: peer.hotkey,
      caller: options.signer.address,
      requestId,
      path,
      requestCount,
      requestHash: sent.hexAt(requestCount) ?? '',
      responseCount: received.count,
      responseHash: received.hex(),
      status: end.code,
    },
  })
  if (!checked.ok) {
    return new TensorKitError('DENDRITE_RECEIPT_INVALID', 'The axon’s receipt is not about this call', {
      facts: { ...facts, detail: checked.detail },
    })
  }
  return bytes
}
