import type { GenesisConfig } from './framework/genesis-config.js'

// Public keys of the development accounts: sr25519 of `//Alice` and so on.
const alice = '0xd43593c715fdd31c61141abd04a99fd6822c8558854ccde39a5684e7a56da27d'
const bob = '0x8eaf04151687736326c9fea17e25fc5287613693c912909cb226aa4794f26a48'
const charlie = '0x90b5ab205c6974c9ea841be688864633dc9ca8a357843eeacf2314649965fe22'
const dave = '0x306721211d5404bd9da88e0204360a1a9ab8b87c66c1bc2fcdd37f3c2222cc20'
const eve = '0xe659a7a1628cdd93febc04a4e0646ea20e9f5f0ce097d9a05290d4a9e054df4e'
const ferdie = '0x1cbd2d43530a44705ad088af313e18f80b53ef16b36177cd4b77b846f2a5f07c'
const one = '0xac859f8a216eeb1b320b4c76d118da3d7407fa523484d0a980126d3b4d0d220a'
const two = '0x1254f7017f0b8347ce7ab14f96d818802e7e9e0c0d1b7c9acb3c726b080e7a03'
const three = '0x9026941b7aa2328a8c5ea4e25bb747a2bf92a066fae0cc3722faf58cf44d3502'
/** Substrate accounts of the Ethereum development keys Alith and Baltathar. */
const alith = '0xa02a00e549cb104f710d3fe6f2f83e91524d2a40c4ed831658a120883077f9a9'
const baltathar = '0xcaf8959d3c25429e5797758aa16e326839c744a374c3157fdad86e65458f6c59'

const million = 1_000_000_000_000_000n
const twoThousand = 2_000_000_000_000n

/** The endowments of subtensor's own localnet: a million TAO for Alice, Bob and Charlie, 2,000 for the others. */
export const localGenesis: GenesisConfig = {
  balances: [
    ...[alice, bob, charlie].map((account) => [account, million] as const),
    ...[dave, eve, ferdie, one, two, three, alith, baltathar].map((account) => [account, twoThousand] as const),
  ],
  sudo: alice,
}
