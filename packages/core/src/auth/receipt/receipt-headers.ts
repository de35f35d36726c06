/** Names of the metadata of receipts. */
export const receiptHeaders = {
  /** On a call: `1` asks for a receipt. */
  ask: 'tk-receipt',
  /** On a call: 32 random lower-case hex digits. */
  requestId: 'tk-request-id',
  /** In the trailers: the receipt. */
  receipt: 'tk-receipt-bin',
} as const
