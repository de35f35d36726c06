import { createHash } from 'node:crypto'

/** The metadata of a call that is signed by itself. */
export const signatureHeaders = ['x-hotkey', 'x-nonce', 'x-signature-bin'] as const

/** What such a call signs: as little as makes sense, so that the baseline is no straw man. */
export function textToSign(call: {
  readonly path: string
  readonly body: Uint8Array
  readonly nonce: string
  readonly hotkey: string
}): Uint8Array {
  const hash = createHash('sha256').update(call.body).digest('hex')
  return Buffer.from(['POST', call.path, hash, call.nonce, call.hotkey].join('\n'))
}
