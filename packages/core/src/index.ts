export { isLoopbackLiteral } from './address/is-loopback-literal.js'
export type {
  AuthRefusal,
  BtauthRefusal,
  BtauthRefusalReason,
  ReceiptRefusal,
  ReceiptRefusalReason,
  SessionRefusal,
  SessionRefusalReason,
} from './auth/auth-refusal.js'
export { type BtauthHeaderName, btauthHeaders, type HeaderSource } from './auth/btauth/btauth-headers.js'
export { type BtauthPayload, bodySha256Hex, encodeBtauthPayload } from './auth/btauth/btauth-payload.js'
export { type BtauthClaim, type CheckBtauthClaimOptions, checkBtauthClaim } from './auth/btauth/check-btauth-claim.js'
export { createNonceSource, type NonceSourceOptions } from './auth/btauth/nonce-source.js'
export { type SignBtauthCallOptions, type SignBtauthOptions, signBtauth, signBtauthCall } from './auth/btauth/sign-btauth.js'
export {
  type VerifyBtauthOptions,
  type VerifyBtauthSignatureOptions,
  verifyBtauth,
  verifyBtauthSignature,
} from './auth/btauth/verify-btauth.js'
export type { FreshnessWindow } from './auth/freshness.js'
export { receiptHeaders } from './auth/receipt/receipt-headers.js'
export { encodeReceiptText, type ReceiptFields, type SignReceiptOptions, signReceipt } from './auth/receipt/receipt-text.js'
export {
  type ExpectedReceipt,
  type ParsedReceipt,
  parseReceipt,
  type VerifyReceiptOptions,
  verifyReceipt,
} from './auth/receipt/verify-receipt.js'
export {
  assertReplayRetention,
  type CheckReplayOptions,
  checkReplay,
  type ReplayProfile,
} from './auth/replay/check-replay.js'
export { createMemoryReplayStore, type MemoryReplayStoreOptions } from './auth/replay/memory-replay-store.js'
export {
  type CheckSessionClaimOptions,
  checkSessionClaim,
  type SessionClaim,
  type VerifySessionSignatureOptions,
  verifySessionSignature,
} from './auth/session/check-session-claim.js'
export {
  type AnswerSessionOptions,
  answerSession,
  type CheckSessionAnswerOptions,
  checkSessionAnswer,
} from './auth/session/session-answer.js'
export { sessionHeaders } from './auth/session/session-headers.js'
export { encodeSessionAnswer, encodeSessionOpen, type SessionAnswerFields, type SessionOpenFields } from './auth/session/session-text.js'
export { type SignedSessionOpen, type SignSessionOpenOptions, signSessionOpen } from './auth/session/sign-session-open.js'
export type { SessionDomain } from './auth/signed-lines.js'
export type { VerifySignature } from './auth/verify-signature.js'
export { type ErrorCode, errorCodes } from './errors/codes.js'
export { exitCodeOf } from './errors/exit-code.js'
export { TensorKitError, type TensorKitErrorOptions } from './errors/tensorkit-error.js'
export { toTensorKitError } from './errors/to-tensorkit-error.js'
export { type BlockNumber, blockNumber, type NetUid, netUid, type Ss58Address, type Uid, uid } from './identity/brands.js'
export { type Clock, systemClock } from './interfaces/clock.js'
export { type Logger, silentLogger } from './interfaces/logger.js'
export { type MetricLabels, type Metrics, noMetrics } from './interfaces/metrics.js'
export type { AxonEndpoint, NeuronCertificate, NeuronDirectory, NeuronEntry } from './interfaces/neuron-directory.js'
export type { ReplayStore } from './interfaces/replay-store.js'
export type { ExtrinsicPayload, SignatureScheme, Signer } from './interfaces/signer.js'
export { type StaticDirectoryOptions, type StaticNeuron, staticDirectory } from './interfaces/static-directory.js'
export type { Codec, CodecOptions } from './protocol/codec.js'
export { defineProtocol, type MethodDefinitions, type MethodNames, type ProtocolOf } from './protocol/define-protocol.js'
export { descriptorSet, protocolDescriptors } from './protocol/descriptors.js'
export { diffProtocols, type FailingSide, type ProtocolChange, type ProtocolChangeKind } from './protocol/diff-protocols.js'
export { emitProto, type ProtoFile, protoFiles } from './protocol/emit-proto.js'
export {
  bool,
  bytes,
  double,
  type EnumType,
  type EnumValue,
  enumeration,
  enumType,
  type Field,
  type Fields,
  type FieldType,
  fixed32,
  fixed64,
  float,
  int32,
  int64,
  type ListFieldOptions,
  type MessageType,
  type MessageValue,
  map,
  message,
  nested,
  optional,
  type Presence,
  repeated,
  sfixed32,
  sfixed64,
  sint32,
  sint64,
  string,
  type TensorFieldOptions,
  tensor,
  uint32,
  uint64,
} from './protocol/fields.js'
export {
  bidi,
  clientStreaming,
  type InferRequest,
  type InferResponse,
  type Method,
  type MethodDefinition,
  type MethodKind,
  type MethodMessages,
  type MethodOf,
  serverStreaming,
  unary,
} from './protocol/methods.js'
export type { Protocol } from './protocol/protocol.js'
export type { MapKeyName, ScalarName, ScalarValues } from './protocol/scalars.js'
export type {
  EnumSchema,
  FieldConstraints,
  FieldSchema,
  FileSchema,
  MessageSchema,
  MethodSchema,
  ProtocolSchema,
  TypeReference,
} from './protocol/schema.js'
export { AxonService } from './services/axon-service.js'
export { HealthService } from './services/health-service.js'
export { decodeSs58, encodeSs58, isSs58Address, ss58Address } from './ss58/ss58.js'
export { decodeRefusalReason, encodeRefusalStatus, type RefusalReason, type RefusalStatus } from './status/error-info.js'
export { grpcStatus } from './status/grpc-status.js'
export { type NestedArray, tensorRows, tensorToArray } from './tensor/access.js'
export { type DType, isDType, itemSizeBytes, type TensorData } from './tensor/dtype.js'
export { type SmallFloat, tensorFromFloat32, tensorToFloat32 } from './tensor/small-floats.js'
export { elementCount, f32Tensor, f64Tensor, maxTensorRank, type Tensor, tensorOf } from './tensor/tensor.js'
export {
  type JoinTensorOptions,
  joinTensor,
  type SplitTensorOptions,
  splitTensor,
  type TensorChunk,
  tensorChunk,
} from './tensor/tensor-chunk.js'
export { type TensorCounts, tensorProto, tensorProtoPath } from './tensor/tensor-codec.js'
export {
  type Alpha,
  type Amount,
  addAmounts,
  alpha,
  alphaRao,
  compareAmounts,
  rao,
  scaleAmount,
  subtractAmounts,
  type Tao,
  tao,
} from './units/amounts.js'
export { formatTao, parseTao, raoPerTao } from './units/decimals.js'
