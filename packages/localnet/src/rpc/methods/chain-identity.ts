/** Name and properties of subtensor's own localnet. Source: `subtensor/node/src/chain_spec/localnet.rs`. */
export const chainName = 'Bittensor'

/** Addresses have prefix 42, amounts nine decimals. */
export const chainProperties = { ss58Format: 42, tokenDecimals: 9, tokenSymbol: 'TAO' } as const
