/** Which of a wallet's two keys. */
export type WalletKey = 'hotkey' | 'coldkey'
