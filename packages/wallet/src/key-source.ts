import { type SignatureScheme, TensorKitError } from '@tensorkit/core'
import {
  generateMnemonic,
  isMnemonic,
  keyPairFromMnemonic,
  keyPairFromUri,
  type MnemonicLength,
  mnemonicToSeed,
} from '@tensorkit/core/crypto'
import type { SecretKey } from './files/encode-key-file.js'

/** Where a new key comes from: fresh words (the default), given words, or a secret URI such as `//Alice`. */
export type KeySource =
  | { readonly words?: MnemonicLength; readonly mnemonic?: undefined; readonly uri?: undefined }
  | { readonly mnemonic: string; readonly uri?: undefined }
  | { readonly uri: string; readonly mnemonic?: undefined }

/** A secret key, and whether its words are new and so in nobody's hands yet. */
export interface SourcedKey extends SecretKey {
  readonly isNew: boolean
}

/** Makes the key. The caller wipes pair and seed. */
export function resolveKeySource(source: KeySource, scheme: SignatureScheme): SourcedKey {
  if (source.mnemonic !== undefined && source.uri !== undefined) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Give a mnemonic or a URI, not both')
  }
  // A URI that is a mnemonic alone is kept as such, so that the file has its words.
  const given = source.mnemonic ?? (source.uri !== undefined && isMnemonic(source.uri) ? source.uri : undefined)
  if (given === undefined && source.uri !== undefined) return { pair: keyPairFromUri(source.uri, scheme), isNew: false }
  const mnemonic = given?.trim().split(/\s+/).join(' ') ?? generateMnemonic('words' in source ? source.words : undefined)
  return { pair: keyPairFromMnemonic(mnemonic, { scheme }), mnemonic, seed: mnemonicToSeed(mnemonic), isNew: given === undefined }
}
