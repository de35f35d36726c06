export { type CreateHotkeyOptions, createHotkey } from './create-hotkey.js'
export { type CreatedWallet, type CreateWalletOptions, createWallet, type NewMnemonics } from './create-wallet.js'
export { type DevWalletOptions, devWallet } from './dev-wallet.js'
export { type DecryptKeyOptions, decryptKey, type EncryptKeyOptions, encryptKey } from './encrypt-key.js'
export { type ExportFormat, type ExportKeyOptions, exportKey } from './export-key.js'
export type { WalletLocation } from './files/wallet-paths.js'
export type { KeyFileEncryption } from './formats/key-cipher.js'
export { inspectWallet, type KeyFileReport, type KeyFileRole, type WalletProblem, type WalletReport } from './inspect-wallet.js'
export type {
  FreshKeySource,
  KeyFileSource,
  KeySource,
  MnemonicKeySource,
  PrivateKeySource,
  SeedKeySource,
  UriKeySource,
} from './key-source.js'
export { fromKeyringPair, toKeyringPair } from './keyring-pair.js'
export { type ListedHotkey, type ListedWallet, type ListWalletsOptions, listWallets } from './list-wallets.js'
export { type OpenWalletOptions, openWallet } from './open-wallet.js'
export {
  type EnvironmentPasswordsOptions,
  environmentPasswords,
  environmentVariableFor,
  obfuscatePassword,
} from './passwords/environment-passwords.js'
export type { Password, PasswordRequest, PasswordSource } from './passwords/password.js'
export { passwordSources } from './passwords/password-sources.js'
export { type PromptHiddenOptions, promptHidden } from './passwords/prompt-hidden.js'
export { type PromptPasswordsOptions, promptPasswords } from './passwords/prompt-passwords.js'
export { type PublicKeySource, type RegeneratedKey, type RegenKeyOptions, regenKey } from './regen-key.js'
export { type RevealSecretOptions, revealSecret, type SecretForm } from './reveal-secret.js'
export { type InjectedSignerOptions, type InjectedSignerShape, injectedSigner } from './signers/injected-signer.js'
export { type KeyFileSigner, type KeyFileSignerOptions, keyFileSigner } from './signers/key-file-signer.js'
export { type PolkadotSigner, toPolkadotSigner } from './signers/to-polkadot-signer.js'
export type { UnlockEngine } from './unlock/argon2-thread.js'
export type { DerivationOptions, UnlockOptions } from './unlock/unlock-options.js'
export { createUnlocker, type Unlocker, type UnlockerOptions, type UnlockProgress } from './unlock/unlocker.js'
export type { Wallet } from './wallet.js'
export type { WalletKey } from './wallet-key.js'
