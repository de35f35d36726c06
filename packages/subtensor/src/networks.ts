/** The public networks of Bittensor, and the port that a local node listens on. Source: bittensor v11 `settings.py`. */
export const networks = {
  finney: 'wss://entrypoint-finney.opentensor.ai:443',
  test: 'wss://test.finney.opentensor.ai:443',
  archive: 'wss://archive.chain.opentensor.ai:443',
  local: 'ws://127.0.0.1:9944',
} as const satisfies Record<string, string>

/** The name of a network that {@link networks} lists. */
export type NetworkName = keyof typeof networks
