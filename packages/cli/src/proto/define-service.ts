import {
  bidi,
  clientStreaming,
  defineProtocol,
  type EnumType,
  enumeration,
  enumType,
  type Field,
  type FieldType,
  type MessageType,
  type MethodDefinition,
  type MethodKind,
  type MethodMessages,
  map,
  message,
  nested,
  optional,
  type Protocol,
  repeated,
  serverStreaming,
  TensorKitError,
  tensor,
  unary,
} from '@tensorkit/core'
import type { LoadedProto } from './load-proto.js'
import type { EnumModel, FieldModel, MessageModel, ServiceModel, TypeModel } from './proto-model.js'
import { protoProblem } from './proto-problem.js'

type Single = Field<unknown, 'implicit' | 'required'>

const methods: Readonly<Record<MethodKind, (messages: MethodMessages<MessageType, MessageType>) => MethodDefinition>> = {
  unary,
  serverStreaming,
  clientStreaming,
  bidi,
}

/**
 * The protocol of a service: what the generated file defines, made at once.
 *
 * @throws PROTOCOL_INVALID with `file:line` for what `defineProtocol()` refuses.
 */
export function defineService({ fullName, methods: models }: ServiceModel, loaded: LoadedProto): Protocol {
  const types = new Types()
  const definitions = models.map(({ name, kind, request, response }) => [
    name,
    methods[kind]({ request: types.message(request), response: types.message(response) }),
  ])
  try {
    return defineProtocol(fullName, Object.fromEntries(definitions) as Record<string, MethodDefinition>)
  } catch (error) {
    if (!TensorKitError.isInstance(error)) throw error
    const where = String(error.facts.where ?? fullName)
    const [place = fullName] = where.split(':')
    const snake = place.replace(/(?<=[.a-z0-9])[A-Z](?=\w*$)/g, (letter) => `_${letter.toLowerCase()}`)
    const location = [place, snake, fullName].map((name) => loaded.locate(name)).find((text) => /:\d+$/.test(text))
    throw protoProblem(`${error.shortMessage}: ${where}`, location ?? loaded.locate(fullName), error)
  }
}

class Types {
  readonly #messages = new Map<MessageModel, MessageType>()
  readonly #enums = new Map<EnumModel, EnumType>()

  message(model: MessageModel): MessageType {
    const known = this.#messages.get(model)
    if (known) return known
    const created = message(model.name, Object.fromEntries(model.fields.map((field) => [field.name, this.#field(field)])))
    this.#messages.set(model, created)
    return created
  }

  #field({ number, label, type, key = 'string', maxItems }: FieldModel): Field {
    const single = this.#single(number, type)
    const options = maxItems === undefined ? {} : { maxItems }
    if (label === 'repeated') return repeated(single, options)
    if (label === 'map') return map(key, single, options)
    return label === 'optional' ? optional(single) : single
  }

  #single(number: number, type: TypeModel): Single {
    switch (type.kind) {
      case 'scalar': {
        const scalar: FieldType = type
        return { number, type: scalar, presence: 'implicit' }
      }
      case 'tensor':
        return tensor(number, type)
      case 'enum':
        return enumeration(number, this.#enum(type.of))
      case 'message':
        return nested(number, this.message(type.of))
    }
  }

  #enum(model: EnumModel): EnumType {
    const known = this.#enums.get(model)
    if (known) return known
    const created = enumType(model.name, Object.fromEntries(model.values.map(({ name, number }) => [name, number])))
    this.#enums.set(model, created)
    return created
  }
}
