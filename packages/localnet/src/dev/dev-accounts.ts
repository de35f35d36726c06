/**
 * Secret URIs of the well-known accounts of a development chain, for `signerFromUri`.
 *
 * Alice, Bob and Charlie start with 1,000,000 TAO; Dave, Eve, Ferdie, One, Two and Three with 2,000. Alice holds the sudo
 * key. The owner, the validators and the miners start with nothing: fund them by transfer. Everybody knows these keys;
 * never use them where value is at stake.
 *
 * Source: `subtensor/node/src/chain_spec/localnet.rs` for names and endowments.
 */
export const devAccounts = {
  alice: '//Alice',
  bob: '//Bob',
  charlie: '//Charlie',
  dave: '//Dave',
  eve: '//Eve',
  ferdie: '//Ferdie',
  one: '//One',
  two: '//Two',
  three: '//Three',
  /** Meant to own a subnet. */
  owner: '//Owner',
  /** Meant for the n-th validator. */
  validator: (n: number): string => `//Validator/${n}`,
  /** Meant for the n-th miner. */
  miner: (n: number): string => `//Miner/${n}`,
} as const
