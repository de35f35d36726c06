import type { SignatureScheme, Ss58Address } from '@tensorkit/core'
import type { KeyPair } from '@tensorkit/core/crypto'

/** What a key file holds. */
export interface ParsedKey {
  readonly address: Ss58Address
  readonly scheme: SignatureScheme
  /** Absent in a public file. */
  readonly pair?: KeyPair
  /** The words, if the file has them and they alone give the key. */
  readonly mnemonic?: string
  /** The 32-byte seed, if the file has it or its words. */
  readonly seed?: Uint8Array
}

/** Overwrites the secrets of a key. The words, being text, cannot be. */
export function wipeKey(key: ParsedKey | undefined): void {
  key?.pair?.wipe()
  key?.seed?.fill(0)
}
