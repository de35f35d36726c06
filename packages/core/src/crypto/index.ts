export { blake2b256, sha256 } from './hashes.js'
export { initCrypto } from './init-crypto.js'
export { type KeyPair, keyPairFromSeed } from './key-pair.js'
export { keyPairFromUri } from './key-pair-from-uri.js'
export { createMessageDigest, type MessageDigest } from './message-digest.js'
export {
  generateMnemonic,
  isMnemonic,
  type KeyPairFromMnemonicOptions,
  keyPairFromMnemonic,
  type MnemonicLength,
  mnemonicToSeed,
} from './mnemonic.js'
export { exportPrivateKey, keyPairFromPrivateKey } from './private-key.js'
export { createSignaturePool, type PooledVerifyOptions, type SignaturePool, type SignaturePoolOptions } from './signature-pool.js'
export { type LocalSigner, signerFromKeyPair, signerFromUri } from './signer.js'
export { type VerifySignatureOptions, verifySignature } from './verify-signature.js'
