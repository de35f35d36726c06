export type { Metagraph, SubscribeMetagraphOptions } from './metagraph.js'
export { MetagraphSnapshot, type SubnetState } from './metagraph-snapshot.js'
export { Neuron } from './neuron.js'
export { type OpenMetagraphOptions, openMetagraph } from './open-metagraph.js'
