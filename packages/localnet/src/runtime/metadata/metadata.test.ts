import { Metadata, TypeRegistry } from '@polkadot/types'
import { describe, expect, it } from 'vitest'
import { createRuntime } from '../create-runtime.js'

describe('metadata', () => {
  for (const version of [14, 15, 16] as const) {
    it(`V${version} is read by @polkadot/types without patches`, () => {
      const bytes = createRuntime().metadata(version)
      const registry = new TypeRegistry()
      const metadata = new Metadata(registry, bytes)
      registry.setMetadata(metadata)
      expect(metadata.version).toBe(version)
      const pallets = metadata.asLatest.pallets.map((pallet) => `${pallet.index.toNumber()} ${pallet.name.toString()}`)
      expect(pallets).toContain('0 System')
      expect(pallets).toContain('12 Sudo')
      expect(registry.createType('Call', '0x0200').method).toBeDefined()
      expect(registry.signedExtensions).toHaveLength(13)
    })
  }
})
