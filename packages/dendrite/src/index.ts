export { createDendrite } from './create-dendrite.js'
export type {
  AxonDescription,
  BidiMethod,
  ClientStreamingMethod,
  Dendrite,
  PeerSnapshot,
  RequestFor,
  ServerStreamingMethod,
  UnaryMethod,
  WarmUpResult,
} from './dendrite.js'
export type {
  CallOptions,
  DendriteOptions,
  HedgeOptions,
  QueryOptions,
  Quorum,
  StreamOptions,
  WarmUpOptions,
} from './options.js'
export type { CircuitState } from './peers/circuit.js'
export type { BadReply, GoodReply, Reply, ReplyTimings } from './reply.js'
export type { DuplexStream, Messages, ReplyStream } from './streams/reply-stream.js'
export type { BadStreamResult, GoodStreamResult, StreamResult, StreamTimings } from './streams/stream-result.js'
export type { AuthProfile, ConfiguredTarget, Target } from './target.js'
export type {
  CallEnd,
  CallFault,
  CallListener,
  ChannelState,
  ClientCall,
  ClientChannel,
  ClientTransport,
  ConnectOptions,
  ConnectOutcome,
  ReplyMetadata,
  StartCallOptions,
  TlsPin,
  TransportTarget,
} from './transport/client-transport.js'
