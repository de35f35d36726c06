import type { EnumModel, FieldModel, MessageModel, MethodModel, ServiceModel, TypeModel } from './proto-model.js'

/** The width that lines are kept to. */
const lineWidth = 140

/**
 * The text of a TypeScript module that defines the protocols of a `.proto` file.
 *
 * @param protoName - The name of the file, for the header.
 */
export function generateSource(protoName: string, services: readonly ServiceModel[]): string {
  const imports = new Set<string>(['defineProtocol'])
  const types = new Map(services.flatMap((service) => service.types.map((type) => [type.name, type] as const)))
  const writer = new SourceWriter(imports)
  const blocks = [...[...types.values()].map((type) => writer.type(type)), ...services.map((service) => writer.service(service))]
  const header = `// Made by \`tensorkit gen\` from ${protoName}: change that file instead.\n`
  return `${header}${importText(imports)}\n\n${blocks.join('\n\n')}\n`
}

const nameOf = ({ name }: MessageModel | EnumModel): string => name.replaceAll('.', '_')

class SourceWriter {
  constructor(readonly imports: Set<string>) {}

  type(type: MessageModel | EnumModel): string {
    const name = nameOf(type)
    const [text, value] = type.kind === 'message' ? [this.#message(type), 'MessageValue'] : [this.#enum(type), 'EnumValue']
    this.imports.add(`type ${value}`)
    return `${doc(type.comment)}export const ${name} = ${text}\n\n${doc(type.comment)}export type ${name} = ${value}<typeof ${name}>`
  }

  service({ name, fullName, methods, comment }: ServiceModel): string {
    const members = methods.map((method) => this.#method(method))
    return `${doc(comment)}export const ${name} = defineProtocol('${fullName}', ${block(members)})`
  }

  #message({ name, fields }: MessageModel): string {
    return `${this.#use('message')}('${name}', ${block(fields.map((field) => `${doc(field.comment)}${field.name}: ${this.#field(field)},`))})`
  }

  #enum({ name, values }: EnumModel): string {
    const members = values.map((value) => `${doc(value.comment)}${value.name}: ${value.number},`)
    return `${this.#use('enumType')}('${name}', ${block(members)})`
  }

  #method({ name, kind, request, response, comment }: MethodModel): string {
    return `${doc(comment)}${name}: ${this.#use(kind)}({ request: ${nameOf(request)}, response: ${nameOf(response)} }),`
  }

  #field({ number, label, type, key = 'string', maxItems }: FieldModel): string {
    const single = this.#single(number, type)
    const options = maxItems === undefined ? '' : `, { maxItems: ${maxItems} }`
    if (label === 'map') return `${this.#use('map')}('${key}', ${single}${options})`
    return label === 'singular' ? single : `${this.#use(label)}(${single}${options})`
  }

  #single(number: number, type: TypeModel): string {
    switch (type.kind) {
      case 'scalar':
        return `${this.#use(type.scalar)}(${number})`
      case 'tensor': {
        const { dtype, rank } = type
        const options = [dtype !== undefined && `dtype: '${dtype}'`, rank !== undefined && `rank: ${rank}`].filter((text) => text !== false)
        return `${this.#use('tensor')}(${number}${options.length > 0 ? `, { ${options.join(', ')} }` : ''})`
      }
      case 'enum':
        return `${this.#use('enumeration')}(${number}, ${nameOf(type.of)})`
      case 'message':
        return `${this.#use('nested')}(${number}, ${nameOf(type.of)})`
    }
  }

  #use(name: string): string {
    this.imports.add(name)
    return name
  }
}

const indent = (text: string): string => text.replace(/^(?=.)/gm, '  ')
const block = (members: readonly string[]): string => (members.length === 0 ? '{}' : `{\n${indent(members.join('\n'))}\n}`)

/** A comment of the `.proto` as TSDoc, which it cannot end. */
function doc(comment: string | undefined): string {
  if (comment === undefined || comment.trim() === '') return ''
  const lines = comment
    .replaceAll('*/', '* /')
    .split('\n')
    .map((line) => line.trimEnd())
  return lines.length === 1 ? `/** ${lines[0]} */\n` : `/**\n${lines.map((line) => (line === '' ? ' *' : ` * ${line}`)).join('\n')}\n */\n`
}

/** The import of what is used, ordered and broken as biome does it. */
function importText(names: ReadonlySet<string>): string {
  const sorted = [...names].sort((a, b) => compareNames(a.replace('type ', ''), b.replace('type ', '')))
  const line = `import { ${sorted.join(', ')} } from '@tensorkit/core'`
  return line.length <= lineWidth ? line : `import {\n${sorted.map((name) => `  ${name},\n`).join('')}} from '@tensorkit/core'`
}

/** Letters without regard to case, capitals first among equals. */
function compareNames(a: string, b: string): number {
  for (let index = 0; index < Math.min(a.length, b.length); index++) {
    const [left, right] = [a.charAt(index), b.charAt(index)]
    if (left === right) continue
    const [low, lower] = [left.toLowerCase(), right.toLowerCase()]
    return low === lower ? (left < right ? -1 : 1) : low < lower ? -1 : 1
  }
  return a.length - b.length
}
