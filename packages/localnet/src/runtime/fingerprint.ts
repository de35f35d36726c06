import { createHash } from 'node:crypto'
import type { Pallet } from './framework/pallet.js'
import type { RuntimeApi } from './framework/runtime-api.js'
import type { Fields } from './types/compounds.js'
import type { AnyTy } from './types/ty.js'

/** How deep types are looked into: enough to notice a change, without the cost of the whole metadata at every start. */
const depth = 3

function describe({ shape }: AnyTy, levels = depth): string {
  if (shape.tag === 'primitive') return shape.name
  if (levels === 0 || shape.tag === 'lazy') return shape.tag
  const inner = (ty: AnyTy): string => describe(ty, levels - 1)
  switch (shape.tag) {
    case 'composite':
      return `${shape.name.path.join('::')}{${shape.fields.map(({ name = '', ty }) => `${name}:${inner(ty)}`).join()}}`
    case 'variant':
      return `${shape.name.path.join('::')}<${shape.variants.map(({ name, index, fields }) => `${index}${name}(${fields.map(({ ty }) => inner(ty)).join()})`).join()}>`
    case 'tuple':
      return `(${shape.of.map(inner).join()})`
    case 'array':
      return `[${inner(shape.of)};${shape.length}]`
    case 'sequence':
    case 'compact':
      return `${shape.tag} ${inner(shape.of)}`
  }
}

const named = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, ty]) => `${name}:${describe(ty)}`)
    .join()

/**
 * A digest of what a runtime declares, as hex. Clients keep metadata by the hash of the runtime's code or of block 0, so both must
 * change with it.
 */
export function fingerprint(pallets: readonly Pallet[], apis: readonly RuntimeApi[], version: number): string {
  const digest = createHash('sha256').update(`${version}`)
  for (const { name, index, callType, eventType, errorType, storage = {}, constants = {} } of pallets) {
    digest.update(`\n${index} ${name}`)
    for (const ty of [callType, eventType, errorType]) digest.update(`\n${ty ? describe(ty) : ''}`)
    for (const [item, { spec }] of Object.entries(storage)) {
      const keys: readonly { readonly hasher: string; readonly ty: AnyTy }[] = spec.keys
      digest.update(`\n${item}[${keys.map(({ hasher, ty }) => `${hasher} ${describe(ty)}`).join()}] ${describe(spec.value)}`)
    }
    for (const [constant, { ty, value }] of Object.entries(constants))
      digest.update(`\n${constant} ${describe(ty)} `).update(ty.codec.enc(value))
  }
  for (const { name, version: apiVersion, methods } of apis) {
    digest.update(`\n${name} ${apiVersion}`)
    for (const [method, { args, result }] of Object.entries(methods))
      digest.update(`\n${method}(${named(args as Fields)}) ${describe(result as AnyTy)}`)
  }
  return `0x${digest.digest('hex')}`
}
