import { tensorSchema } from '../tensor/tensor-schema.js'
import { createCodec } from './codec.js'
import { bool, bytes, int32, type MessageValue, message, nested, optional, repeated, string } from './fields.js'
import type { Protocol } from './protocol.js'
import type { EnumSchema, FieldSchema, FileSchema, MessageSchema, MethodSchema, ProtocolSchema } from './schema.js'

// The part of google/protobuf/descriptor.proto that a protocol needs, in our own terms. It is proto2, so that what may be
// 0 is written as optional. A message's inner messages are given as their bytes, because our messages cannot hold themselves.
// Source: https://github.com/protocolbuffers/protobuf/blob/main/src/google/protobuf/descriptor.proto
const FieldDescriptor = message({
  name: string(1),
  number: int32(3),
  label: int32(4),
  type: int32(5),
  typeName: string(6),
  oneofIndex: optional(int32(9)),
  jsonName: string(10),
  proto3Optional: bool(17),
})
const EnumDescriptor = message({ name: string(1), value: repeated(nested(2, message({ name: string(1), number: optional(int32(2)) }))) })
const MessageDescriptor = message({
  name: string(1),
  field: repeated(nested(2, FieldDescriptor)),
  nestedType: repeated(bytes(3)),
  enumType: repeated(nested(4, EnumDescriptor)),
  options: optional(nested(7, message({ mapEntry: bool(7) }))),
  oneofDecl: repeated(nested(8, message({ name: string(1) }))),
})
const MethodDescriptor = message({
  name: string(1),
  inputType: string(2),
  outputType: string(3),
  clientStreaming: bool(5),
  serverStreaming: bool(6),
})
const FileDescriptor = message({
  name: string(1),
  package: string(2),
  dependency: repeated(string(3)),
  messageType: repeated(bytes(4)),
  enumType: repeated(nested(5, EnumDescriptor)),
  service: repeated(nested(6, message({ name: string(1), method: repeated(nested(2, MethodDescriptor)) }))),
  syntax: string(12),
})

const messageCodec = createCodec('google.protobuf.DescriptorProto', MessageDescriptor)
const fileCodec = createCodec('google.protobuf.FileDescriptorProto', FileDescriptor)
const setCodec = createCodec('google.protobuf.FileDescriptorSet', message({ file: repeated(bytes(1)) }))

// google.protobuf.FieldDescriptorProto.Type and .Label
const typeNumbers = {
  double: 1,
  float: 2,
  int64: 3,
  uint64: 4,
  int32: 5,
  fixed64: 6,
  fixed32: 7,
  bool: 8,
  string: 9,
  message: 11,
  bytes: 12,
  uint32: 13,
  enum: 14,
  sfixed32: 15,
  sfixed64: 16,
  sint32: 17,
  sint64: 18,
} as const
const labelOptional = 1
const labelRepeated = 3

/**
 * A protocol as serialised `google.protobuf.FileDescriptorProto` messages, those that others import first: what gRPC's
 * server reflection answers with.
 */
export function protocolDescriptors(protocol: Protocol): readonly Uint8Array[] {
  return descriptorFiles([protocol]).map(fileDescriptor)
}

/**
 * Protocols as one serialised `google.protobuf.FileDescriptorSet`, each file once, as `protoc --descriptor_set_out` writes
 * it: for `@grpc/proto-loader`, `buf curl --schema` and the like.
 */
export function descriptorSet(protocols: readonly Protocol[]): Uint8Array {
  return setCodec.encode({ file: descriptorFiles(protocols).map(fileDescriptor) })
}

function descriptorFiles(protocols: readonly Protocol[]): readonly FileSchema[] {
  const files = new Map<string, FileSchema>()
  if (protocols.some(({ $schema }) => $schema.imports.includes(tensorSchema.path))) files.set(tensorSchema.path, tensorSchema)
  for (const { $schema } of protocols) files.set($schema.path, $schema)
  return [...files.values()]
}

function fileDescriptor(file: FileSchema & Partial<Pick<ProtocolSchema, 'serviceName' | 'methods'>>): Uint8Array {
  const { packageName, path, imports, messages, enums, serviceName, methods = [] } = file
  return fileCodec.encode({
    name: path,
    package: packageName,
    dependency: imports,
    messageType: messages.map((inner) => messageDescriptor(inner, packageName)),
    enumType: enums.map(enumDescriptor),
    service: serviceName === undefined ? [] : [{ name: serviceName, method: methods.map(methodDescriptor) }],
    syntax: 'proto3',
  })
}

const methodDescriptor = ({ protoName, kind, requestType, responseType }: MethodSchema): MessageValue<typeof MethodDescriptor> => ({
  name: protoName,
  inputType: `.${requestType}`,
  outputType: `.${responseType}`,
  clientStreaming: kind === 'clientStreaming' || kind === 'bidi',
  serverStreaming: kind === 'serverStreaming' || kind === 'bidi',
})

const enumDescriptor = ({ name, values }: EnumSchema): MessageValue<typeof EnumDescriptor> => ({
  name,
  value: values.map(([value, number]) => ({ name: value, number })),
})

function messageDescriptor({ name, fields, messages, enums }: MessageSchema, scope: string): Uint8Array {
  const fullName = `${scope}.${name}`
  // protoc makes a oneof of its own for each optional field, and a message for each map.
  const optionals = fields.filter(({ label }) => label === 'optional')
  const maps = fields.filter(({ label }) => label === 'map')
  return messageCodec.encode({
    name,
    field: fields.map((field) => {
      const index = optionals.indexOf(field)
      return { ...fieldDescriptor(field, fullName), proto3Optional: index >= 0, oneofIndex: index >= 0 ? index : undefined }
    }),
    nestedType: [...messages.map((inner) => messageDescriptor(inner, fullName)), ...maps.map(entryDescriptor)],
    enumType: enums.map(enumDescriptor),
    oneofDecl: optionals.map(({ protoName }) => ({ name: `_${protoName}` })),
  })
}

const entryName = ({ name }: FieldSchema): string => `${name.charAt(0).toUpperCase()}${name.slice(1)}Entry`

function entryDescriptor(field: FieldSchema): Uint8Array {
  const { key = 'string', type } = field
  const single = { label: 'singular' } as const
  return messageCodec.encode({
    name: entryName(field),
    field: [
      fieldDescriptor({ ...single, name: 'key', protoName: 'key', number: 1, type: { kind: 'scalar', scalar: key } }, ''),
      fieldDescriptor({ ...single, name: 'value', protoName: 'value', number: 2, type }, ''),
    ],
    nestedType: [],
    enumType: [],
    options: { mapEntry: true },
    oneofDecl: [],
  })
}

function fieldDescriptor(field: FieldSchema, scope: string): MessageValue<typeof FieldDescriptor> {
  const { name, protoName, number, label, type } = field
  const isMap = label === 'map'
  return {
    name: protoName,
    number,
    label: isMap || label === 'repeated' ? labelRepeated : labelOptional,
    type: isMap ? typeNumbers.message : typeNumbers[type.kind === 'scalar' ? type.scalar : type.kind],
    typeName: isMap ? `.${scope}.${entryName(field)}` : type.kind === 'scalar' ? '' : `.${type.fullName}`,
    jsonName: name,
    proto3Optional: false,
  }
}
