import type { Refusal } from '../../refusal.js'

/** What a request is refused for before anything is asked of it. */
export const headRefusals = {
  unknownPath: { status: 'UNIMPLEMENTED', text: 'The axon does not serve this method', reason: 'unknown_path' },
  badTimeout: { status: 'INTERNAL', text: 'Invalid grpc-timeout', reason: 'bad_timeout' },
} as const satisfies Record<string, Refusal>

/** What the bytes of a request are refused for. */
export const messageRefusals = {
  tooLarge: { status: 'RESOURCE_EXHAUSTED', text: 'The message is larger than the axon takes', reason: 'message_too_large' },
  badFlag: { status: 'INTERNAL', text: 'The request is not made of gRPC messages', reason: 'bad_message_flag' },
  cut: { status: 'INTERNAL', text: 'The request ended within a message', reason: 'message_cut' },
  unannounced: { status: 'INTERNAL', text: 'A message is compressed, but no encoding was named', reason: 'compression_unannounced' },
  unknownEncoding: { status: 'UNIMPLEMENTED', text: 'The axon does not know this encoding of messages', reason: 'unknown_encoding' },
  badCompression: { status: 'INTERNAL', text: 'A message cannot be decompressed', reason: 'bad_compression' },
} as const satisfies Record<string, Refusal>
