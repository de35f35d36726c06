export { type BlockId, createLocalnet, type Localnet, type LocalnetOptions } from './dev/create-localnet.js'
export { devAccounts } from './dev/dev-accounts.js'
export type { Sealing } from './dev/sealing.js'
