import { diffProtocols, type Protocol, type ProtocolChange, TensorKitError } from '@tensorkit/core'
import { jsonLine } from '../output/format.js'
import { defineService } from '../proto/define-service.js'
import { loadProto } from '../proto/load-proto.js'
import { modelServices } from '../proto/model-services.js'
import type { CommandContext } from './command-context.js'

/** Options of `tensorkit proto diff`. */
export interface ProtoDiffFlags {
  readonly files: readonly string[]
  readonly protoPath: readonly string[]
}

interface ServiceDiff {
  readonly service: string
  readonly hash: readonly [older: string | undefined, newer: string | undefined]
  readonly changes: readonly (Omit<ProtocolChange, 'kind'> & {
    readonly kind: ProtocolChange['kind'] | 'service-added' | 'service-removed'
  })[]
}

/** `tensorkit proto diff`: says of each change of a protocol whether it is breaking. Returns 1 if one is. */
export async function protoDiffCommand({ files, protoPath }: ProtoDiffFlags, { stdout, json }: CommandContext): Promise<number> {
  const [older, newer] = await Promise.all(files.map((file) => protocolsOf(file, protoPath)))
  if (!older || !newer) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'Give two .proto files: the older, then the newer')
  const diffs = compare(older, newer)
  const breaking = diffs.flatMap(({ changes }) => changes).filter(({ impact }) => impact === 'breaking').length
  if (json) stdout.write(jsonLine({ breaking: breaking > 0, services: diffs }))
  else {
    for (const { service, hash, changes } of diffs) {
      const same = hash[0] === hash[1] ? 'the same protocol' : changes.length === 0 ? 'only the order changed' : `${changes.length} changed`
      stdout.write(`${service}: ${same}\n`)
      for (const { impact, where, what, fails } of changes) {
        const side = fails.length === 1 ? (fails[0] === 'oldReader' ? ' (update readers first)' : ' (update writers first)') : ''
        stdout.write(`  ${label[impact].padEnd(8)}  ${where}: ${what}${side}\n`)
      }
    }
    stdout.write(breaking > 0 ? `Breaking: ${breaking}\n` : 'Nothing breaking\n')
  }
  return breaking > 0 ? 1 : 0
}

const label: Readonly<Record<ProtocolChange['impact'], string>> = { breaking: 'BREAKING', json: 'names', none: 'ok' }

async function protocolsOf(file: string, protoPath: readonly string[]): Promise<ReadonlyMap<string, Protocol>> {
  const loaded = await loadProto([file], { protoPath })
  const services = loaded.files.flatMap((info) => modelServices(info, loaded))
  if (services.length === 0) throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The file has no service', { facts: { file } })
  return new Map(services.map((service) => [service.fullName, defineService(service, loaded)]))
}

function compare(older: ReadonlyMap<string, Protocol>, newer: ReadonlyMap<string, Protocol>): readonly ServiceDiff[] {
  const [onlyOld, onlyNew] = [[...older.keys()].filter((name) => !newer.has(name)), [...newer.keys()].filter((name) => !older.has(name))]
  // One that went and one that came: the same under another name.
  const renamed = onlyOld.length === 1 && onlyNew.length === 1 ? onlyNew[0] : undefined
  const diffs = [...older].map(([service, protocol]): ServiceDiff => {
    const next = newer.get(service) ?? (renamed !== undefined && onlyOld[0] === service ? newer.get(renamed) : undefined)
    const hash = [protocol.$hash, next?.$hash] as const
    if (next) return { service, hash, changes: diffProtocols(protocol.$schema, next.$schema) }
    return {
      service,
      hash,
      changes: [{ kind: 'service-removed', where: service, what: 'the service is gone', impact: 'breaking', fails: ['newReader'] }],
    }
  })
  if (renamed !== undefined) return diffs
  const added = onlyNew.map((service): ServiceDiff => {
    const changes = [{ kind: 'service-added', where: service, what: 'a new service', impact: 'none', fails: [] } as const]
    return { service, hash: [undefined, newer.get(service)?.$hash], changes }
  })
  return [...diffs, ...added]
}
