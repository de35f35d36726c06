import { randomBytes } from 'node:crypto'
import { receiptHeaders } from '@tensorkit/core'

/** 32 random hex digits. */
export const newRequestId = (): string => randomBytes(16).toString('hex')

/** The metadata of a call that wants a receipt. */
export const receiptAsk = (requestId: string): Readonly<Record<string, string>> => ({
  [receiptHeaders.ask]: '1',
  [receiptHeaders.requestId]: requestId,
})
