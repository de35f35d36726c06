import type { Header } from './header.js'

/** A sealed block. */
export interface Block {
  readonly number: number
  /** In hex with 0x. */
  readonly hash: string
  readonly header: Header
  /** With their length prefixes; the inherents first. */
  readonly extrinsics: readonly Uint8Array[]
  /** Unix ms, as the block's Timestamp.set says; 0 for genesis. */
  readonly timestampMs: number
}
