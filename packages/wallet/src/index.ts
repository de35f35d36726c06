export {
  type CreatedWallet,
  type CreateHotkeyOptions,
  type CreateWalletOptions,
  createHotkey,
  createWallet,
  type NewMnemonics,
} from './create-wallet.js'
export { type DevWalletOptions, devWallet } from './dev-wallet.js'
export type { WalletLocation } from './files/wallet-paths.js'
export type { KeySource } from './key-source.js'
export { fromKeyringPair, toKeyringPair } from './keyring-pair.js'
export { type ListedHotkey, type ListedWallet, type ListWalletsOptions, listWallets } from './list-wallets.js'
export { openWallet } from './open-wallet.js'
export type { Wallet, WalletKey } from './wallet.js'
