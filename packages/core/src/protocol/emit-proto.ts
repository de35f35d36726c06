import { tensorProto, tensorProtoPath } from '../tensor/tensor-codec.js'
import type { Protocol } from './protocol.js'
import type { EnumSchema, FieldSchema, MessageSchema, MethodSchema, ProtocolSchema, TypeReference } from './schema.js'

/** A `.proto` file. */
export interface ProtoFile {
  /** Where the file goes in a directory of `.proto` files; imports name it so. */
  readonly path: string
  readonly text: string
}

/**
 * The `.proto` file of a protocol, which `protoc` and `buf` compile.
 *
 * A protocol with tensors imports `tensorkit/tensor/v1/tensor.proto`: {@link protoFiles} gives both.
 *
 * @example
 * ```ts
 * writeFileSync('forecaster.proto', emitProto(Forecaster))
 * ```
 */
export function emitProto(protocol: Protocol): string {
  return schemaText(protocol.$schema)
}

/** All `.proto` files that a protocol needs, those that others import first. */
export function protoFiles(protocol: Protocol): readonly ProtoFile[] {
  const { $schema } = protocol
  const own = { path: $schema.path, text: schemaText($schema) }
  return $schema.imports.includes(tensorProtoPath) ? [{ path: tensorProtoPath, text: tensorProto }, own] : [own]
}

/** The text of a schema; the same schema gives the same text, of which the protocol's hash is made. */
export function schemaText(schema: ProtocolSchema): string {
  const blocks = [
    'syntax = "proto3";',
    `package ${schema.packageName};`,
    ...(schema.imports.length > 0 ? [schema.imports.map((path) => `import "${path}";`).join('\n')] : []),
    block(`service ${schema.serviceName}`, schema.methods.map(methodText)),
    ...schema.enums.map(enumText),
    ...schema.messages.map(messageText),
  ]
  return `${blocks.join('\n\n')}\n`
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ')
const block = (head: string, members: readonly string[]): string =>
  members.length === 0 ? `${head} {}` : `${head} {\n${indent(members.join('\n'))}\n}`

function methodText({ protoName, kind, requestType, responseType }: MethodSchema): string {
  const request = kind === 'clientStreaming' || kind === 'bidi' ? 'stream ' : ''
  const response = kind === 'serverStreaming' || kind === 'bidi' ? 'stream ' : ''
  return `rpc ${protoName}(${request}.${requestType}) returns (${response}.${responseType});`
}

function enumText({ name, values }: EnumSchema): string {
  return block(
    `enum ${name}`,
    values.map(([value, number]) => `${value} = ${number};`),
  )
}

function messageText({ name, fields, messages, enums }: MessageSchema): string {
  return block(`message ${name}`, [...enums.map(enumText), ...messages.map(messageText), ...fields.map(fieldText)])
}

// Full names with a leading dot, so that no inner name can stand in the way.
const typeText = (type: TypeReference): string => (type.kind === 'scalar' ? type.scalar : `.${type.fullName}`)

function fieldText({ protoName, number, label, type, key, comment }: FieldSchema): string {
  const prefix = label === 'optional' || label === 'repeated' ? `${label} ` : ''
  const typed = label === 'map' ? `map<${key}, ${typeText(type)}>` : `${prefix}${typeText(type)}`
  return `${comment ? `// ${comment}\n` : ''}${typed} ${protoName} = ${number};`
}
