import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { TensorKitError } from '@tensorkit/core'
import { makeDirectory } from '@tensorkit/core/node'
import { jsonLine } from '../output/format.js'
import { defineService } from '../proto/define-service.js'
import { generateSource } from '../proto/generate-source.js'
import { loadProto } from '../proto/load-proto.js'
import { modelServices } from '../proto/model-services.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit gen`. */
export interface GenFlags {
  readonly files: readonly string[]
  readonly out?: string
  readonly check?: boolean
  readonly protoPath: readonly string[]
}

/** `tensorkit gen`: writes a module of TypeScript for each `.proto` file that has a service. Returns 1 for a stale file. */
export async function genCommand({ files, out, check = false, protoPath }: GenFlags, { stdout, json }: CommandContext): Promise<number> {
  const loaded = await loadProto(files, { protoPath })
  const results: { proto: string; file: string; state: 'written' | 'unchanged' | 'stale'; protocols: Record<string, string> }[] = []
  const modules = new Map<string, string>()
  for (const proto of loaded.files) {
    const services = modelServices(proto, loaded)
    // Only imported by others.
    if (services.length === 0) continue
    const protocols = Object.fromEntries(services.map((service) => [service.fullName, defineService(service, loaded).$hash]))
    const file = join(out ?? dirname(proto.file), `${basename(proto.file).replace(/\.proto$/, '')}.ts`)
    const other = modules.get(file)
    if (other !== undefined)
      throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Two files would be written to one', {
        facts: { file, from: `${other}, ${proto.file}` },
      })
    modules.set(file, proto.file)
    const text = generateSource(basename(proto.file), services)
    const current = await readFile(file, 'utf8').catch(() => undefined)
    const state = current === text ? 'unchanged' : check ? 'stale' : 'written'
    if (state === 'written') await write(file, text)
    results.push({ proto: proto.file, file, state, protocols })
  }
  if (results.length === 0) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'None of the files has a service', {
      facts: { files: files.join(', ').slice(0, 500) },
    })
  }
  if (json) stdout.write(jsonLine(results))
  else for (const { file, state, protocols } of results) stdout.write(`${state.padEnd(9)}  ${file}  ${Object.keys(protocols).join(', ')}\n`)
  return results.some(({ state }) => state === 'stale') ? 1 : 0
}

async function write(file: string, text: string): Promise<void> {
  try {
    await makeDirectory(dirname(file), 0o777)
    await writeFile(file, text)
  } catch (cause) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The file cannot be written', {
      facts: { file, reason: (cause as NodeJS.ErrnoException).code },
      cause,
    })
  }
}
