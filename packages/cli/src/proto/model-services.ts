import { isDType, type MapKeyName, type MethodKind, type ScalarName } from '@tensorkit/core'
import protobuf from 'protobufjs'
import type { LoadedProto, ProtoFileInfo } from './load-proto.js'
import type { EnumModel, FieldModel, MessageModel, MethodModel, ServiceModel, TypeModel } from './proto-model.js'
import { protoProblem } from './proto-problem.js'

const tensorName = 'tensorkit.tensor.v1.Tensor'
// As the core's emitProto() writes what a field demands; a line of its own in a comment.
const constraintLine = /^(?:dtype (?<dtype>\w+))?(?:, |^)?(?:rank (?<rank>\d))?(?:, |^)?(?:at most (?<maxItems>\d+) items)?$/

/** The services of a file, with all that they use. @throws PROTOCOL_INVALID with `file:line` for what no protocol can have. */
export function modelServices(file: ProtoFileInfo, loaded: LoadedProto): readonly ServiceModel[] {
  return file.services.map((service) => new Modeller(file.packageName, loaded).service(service))
}

class Modeller {
  readonly #known = new Map<string, MessageModel | EnumModel>()
  readonly #open = new Set<string>()

  constructor(
    readonly packageName: string,
    readonly loaded: LoadedProto,
  ) {}

  service(service: protobuf.Service): ServiceModel {
    if (this.packageName === '') throw this.#problem('A file with a service must name its package', service)
    const methods = service.methodsArray.map((method) => this.#method(method))
    return {
      fullName: `${this.packageName}.${service.name}`,
      name: service.name,
      methods,
      types: [...this.#known.values()],
      comment: service.comment ?? undefined,
    }
  }

  #method(method: protobuf.Method): MethodModel {
    const { requestStream = false, responseStream = false, resolvedRequestType: request, resolvedResponseType: response } = method
    const name = method.name.charAt(0).toLowerCase() + method.name.slice(1)
    if (name === method.name) throw this.#problem('A method must be named in UpperCamelCase', method)
    if (!request || !response) throw this.#problem('The type of a request or response is not found', method)
    const kind: MethodKind = requestStream ? (responseStream ? 'bidi' : 'clientStreaming') : responseStream ? 'serverStreaming' : 'unary'
    return {
      name,
      kind,
      request: this.#message(request, method),
      response: this.#message(response, method),
      comment: method.comment ?? undefined,
    }
  }

  #message(type: protobuf.Type, user: protobuf.ReflectionObject): MessageModel {
    const fullName = nameOf(type)
    if (fullName === tensorName) throw this.#problem('A tensor alone is no request or response: put it into a message', user)
    const name = this.#relative(type, user)
    const known = this.#known.get(fullName)
    if (known?.kind === 'message') return known
    if (this.#open.has(fullName)) throw this.#problem(`The message ${name} holds itself`, user)
    this.#open.add(fullName)
    const fields = type.fieldsArray.map((field) => this.#field(field))
    this.#open.delete(fullName)
    const message: MessageModel = { kind: 'message', name, fields, comment: type.comment ?? undefined }
    this.#known.set(fullName, message)
    return message
  }

  #field(field: protobuf.Field): FieldModel {
    const name = field.name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase())
    // Other names do not come back from lowerCamelCase as they were.
    if (!/^[a-z][a-z0-9]*(_[a-z][a-z0-9]*)*$/.test(field.name)) {
      throw this.#problem('A field must be named in lower_snake_case, each word beginning with a letter', field)
    }
    const jsonName: unknown = field.options?.json_name
    if (jsonName !== undefined && jsonName !== name) throw this.#problem('A field cannot have a json_name of its own', field)
    const { comment, dtype, rank, maxItems } = constraintsOf(field.comment)
    const isList = field.repeated || field.map
    const type = this.#type(field)
    const label = field.map ? 'map' : field.repeated ? 'repeated' : field.options?.proto3_optional === true ? 'optional' : 'singular'
    return {
      name,
      number: field.id,
      label,
      type: type.kind === 'tensor' ? { ...type, ...(isDType(dtype) && { dtype }), ...(rank !== undefined && { rank }) } : type,
      ...(field instanceof protobuf.MapField && { key: field.keyType as MapKeyName }),
      ...(isList && maxItems !== undefined && { maxItems }),
      comment: field.options?.deprecated === true ? [comment, '@deprecated'].filter(Boolean).join('\n') : comment,
    }
  }

  #type(field: protobuf.Field): TypeModel {
    const { resolvedType } = field
    if (resolvedType === null) return { kind: 'scalar', scalar: field.type as ScalarName }
    if (nameOf(resolvedType) === tensorName) return { kind: 'tensor' }
    return resolvedType instanceof protobuf.Enum
      ? { kind: 'enum', of: this.#enum(resolvedType, field) }
      : { kind: 'message', of: this.#message(resolvedType, field) }
  }

  #enum(type: protobuf.Enum, user: protobuf.ReflectionObject): EnumModel {
    const fullName = nameOf(type)
    const name = this.#relative(type, user)
    const known = this.#known.get(fullName)
    if (known?.kind === 'enum') return known
    const values = Object.entries(type.values).map(([value, number]) => ({
      name: value,
      number,
      comment: type.comments[value] ?? undefined,
    }))
    const model: EnumModel = { kind: 'enum', name, values, comment: type.comment ?? undefined }
    this.#known.set(fullName, model)
    return model
  }

  /** The name of a type in the package of the service, which alone a protocol has. */
  #relative(type: protobuf.ReflectionObject, user: protobuf.ReflectionObject): string {
    const fullName = nameOf(type)
    if (this.loaded.packageOf(type) !== this.packageName) {
      throw this.#problem(`${fullName} lies in another package than the service, which no protocol can have`, user)
    }
    return fullName.slice(this.packageName.length + 1)
  }

  #problem(what: string, object: protobuf.ReflectionObject) {
    const fullName = nameOf(object)
    return protoProblem(`${what}: ${fullName}`, this.loaded.locate(fullName))
  }
}

const nameOf = (object: protobuf.ReflectionObject): string => object.fullName.replace(/^\./, '')

/** The lines of a comment that are constraints, and the rest. */
function constraintsOf(text: string | null): { comment?: string; dtype?: string; rank?: number; maxItems?: number } {
  const lines = (text ?? '').split('\n')
  const found = lines.map((line) => (line === '' ? null : constraintLine.exec(line.trim()))).find((match) => match !== null)
  const comment = lines.filter((line) => line.trim() !== found?.[0]).join('\n')
  const { dtype, rank, maxItems } = found?.groups ?? {}
  return {
    ...(comment !== '' && { comment }),
    ...(dtype !== undefined && { dtype }),
    ...(rank !== undefined && { rank: Number(rank) }),
    ...(maxItems !== undefined && { maxItems: Number(maxItems) }),
  }
}
