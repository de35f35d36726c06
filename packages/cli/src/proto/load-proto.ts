import { dirname, relative, resolve } from 'node:path'
import { TensorKitError, tensorProto, tensorProtoPath } from '@tensorkit/core'
import protobuf from 'protobufjs'
import { readRegularFile } from '../input/read-regular-file.js'
import { protoProblem } from './proto-problem.js'
import { type ProtoScan, scanProto } from './scan-proto.js'

/** A parsed `.proto` file. */
export interface ProtoFileInfo {
  /** As the user named it, or relative to the current directory. */
  readonly file: string
  readonly packageName: string
  readonly services: readonly protobuf.Service[]
  readonly scan: ProtoScan
}

/** Parsed `.proto` files with all that they import. */
export interface LoadedProto {
  /** The files that were asked for, in order. */
  readonly files: readonly ProtoFileInfo[]
  /** The package in which a message, enum or service lies. */
  packageOf(type: protobuf.ReflectionObject): string
  /** `file:line` of a full name without leading dot, or of the file where it is not found. */
  locate(fullName: string): string
}

/** Where {@link loadProto} looks for imports. */
export interface LoadProtoOptions {
  /** Directories that imports are relative to, beside those that the files themselves suggest. */
  readonly protoPath: readonly string[]
}

/**
 * Parses `.proto` files and what they import; `tensorkit/tensor/v1/tensor.proto` need not be there.
 *
 * @throws PROTOCOL_INVALID with `file:line` for what protobufjs does not parse and for what no protocol can have;
 * CORE_INVALID_ARGUMENT for a file that cannot be read.
 */
export async function loadProto(paths: readonly string[], { protoPath }: LoadProtoOptions): Promise<LoadedProto> {
  const loader = new Loader(protoPath)
  const files: ProtoFileInfo[] = []
  for (const path of paths) files.push(await loader.add(resolve(path), path))
  loader.resolve()
  return {
    files,
    packageOf: (type) => loader.owners.get(type)?.packageName ?? '',
    locate(fullName) {
      for (const { file, scan } of loader.known.values()) {
        const line = scan.lines.get(fullName)
        if (line !== undefined) return `${file}:${line}`
      }
      return files.map(({ file }) => file).join(', ')
    },
  }
}

class Loader {
  readonly known = new Map<string, ProtoFileInfo>()
  /** The file of each message, enum and service. */
  readonly owners = new Map<protobuf.ReflectionObject, ProtoFileInfo>()
  readonly #root = new protobuf.Root()

  constructor(readonly protoPath: readonly string[]) {}

  async add(absolute: string, shown: string): Promise<ProtoFileInfo> {
    const earlier = this.known.get(absolute)
    if (earlier) return earlier
    const source = new TextDecoder().decode(await readRegularFile(absolute, { what: 'The .proto file', shown }))
    const { info, imports } = this.#parse(source, absolute, shown)
    for (const path of imports) await this.#import(path, absolute, info)
    return info
  }

  /** Resolves the names of types, once all files are there. */
  resolve(): void {
    try {
      this.#root.resolveAll()
    } catch (cause) {
      const text = cause instanceof Error ? cause.message : String(cause)
      throw protoProblem(
        `The .proto files do not fit together: ${text}`,
        [...this.known.values()].map(({ file }) => file).join(', '),
        cause,
      )
    }
  }

  #parse(source: string, absolute: string, file: string): { info: ProtoFileInfo; imports: readonly string[] } {
    let scan: ProtoScan
    try {
      scan = scanProto(source)
    } catch (cause) {
      throw syntaxProblem(cause, file)
    }
    const { syntax, unsupported } = scan
    if (syntax !== 'proto3')
      throw protoProblem(`Only proto3 is read, and this file is ${syntax ?? 'proto2, as it names no syntax'}`, `${file}:1`)
    const [problem] = unsupported
    if (problem) throw protoProblem(`A protocol cannot have this: ${problem.what}`, `${file}:${problem.line}`)
    try {
      const parsed = protobuf.parse(source, this.#root, { keepCase: true, alternateCommentMode: true })
      const services: protobuf.Service[] = []
      const info: ProtoFileInfo = { file, packageName: parsed.package ?? '', services, scan }
      this.known.set(absolute, info)
      services.push(...this.#claim(this.#root, info))
      return { info, imports: [...(parsed.imports ?? []), ...(parsed.weakImports ?? [])] }
    } catch (cause) {
      throw syntaxProblem(cause, file)
    }
  }

  /** Notes what the file that was just parsed has added; returns its services. */
  #claim(scope: protobuf.NamespaceBase, info: ProtoFileInfo): readonly protobuf.Service[] {
    return scope.nestedArray.flatMap((object) => {
      const inner = object instanceof protobuf.Namespace ? this.#claim(object, info) : []
      const isNew =
        !this.owners.has(object) &&
        (object instanceof protobuf.Type || object instanceof protobuf.Enum || object instanceof protobuf.Service)
      if (isNew) this.owners.set(object, info)
      return isNew && object instanceof protobuf.Service ? [object, ...inner] : inner
    })
  }

  async #import(path: string, from: string, { packageName, file, scan }: ProtoFileInfo): Promise<void> {
    if (path === tensorProtoPath) {
      if (!this.known.has(path)) this.#parse(tensorProto, path, path)
      return
    }
    const directory = dirname(from)
    const inPackage = packageName.replaceAll('.', '/')
    // protoc's layout: the file's directory ends with its package, and imports are relative to what comes before.
    const above = packageName !== '' && directory.endsWith(`/${inPackage}`) ? [directory.slice(0, -inPackage.length)] : []
    for (const base of [...this.protoPath, ...above, '.', directory]) {
      const absolute = resolve(base, path)
      try {
        await this.add(absolute, relative(process.cwd(), absolute))
        return
      } catch (error) {
        if (!(TensorKitError.isInstance(error) && (error.cause as NodeJS.ErrnoException | undefined)?.code === 'ENOENT')) throw error
      }
    }
    throw protoProblem(
      `The import ${path.slice(0, 200)} is not found; --proto-path names where imports are`,
      `${file}:${scan.lines.get('') ?? 1}`,
    )
  }
}

/** protobufjs' own message, which ends with the line. */
function syntaxProblem(cause: unknown, file: string): TensorKitError {
  if (TensorKitError.isInstance(cause)) return cause
  const text = cause instanceof Error ? cause.message : String(cause)
  const line = /line (\d+)\)/.exec(text)?.[1]
  return protoProblem(
    `The .proto file does not parse: ${text.replace(/ \([^()]*line \d+\)/, '').slice(0, 300)}`,
    `${file}:${line ?? 1}`,
    cause,
  )
}
