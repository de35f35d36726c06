import { type LocalSigner, signerFromUri } from '@tensorkit/core/crypto'

/** As many clients as a benchmark may have. */
export const maxClients = 16

/** The hotkey of a client. */
export const clientSigner = (index: number): Promise<LocalSigner> => signerFromUri(`//Caller//${index}`)

/** The hotkey of a server. */
export const serverSigner = (index: number): Promise<LocalSigner> => signerFromUri(`//Miner//${index}`)

/** What both sides hold of the subnet. */
export const subnet = { netuid: 1, genesisHash: '0'.repeat(64) }
