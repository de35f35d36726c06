import { initCrypto, keyPairFromUri } from '@tensorkit/core/crypto'
import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { encodeSecretKeyFile } from '../files/encode-key-file.js'
import { CheapUnlocker, keyfiles, legacy, rejection } from '../test-support.js'
import { openKeyFile } from './open-key-file.js'

beforeAll(initCrypto)
const bytes = (text: string) => new TextEncoder().encode(text)
const password = 'p'

/** What may come of a file that is none. */
const refusals = new Set(['WALLET_MALFORMED', 'WALLET_BAD_PASSWORD', 'CORE_NOT_SUPPORTED'])

/** Damages a file in one of the ways in which files are damaged. */
const damage = fc.oneof(
  fc.record({ kind: fc.constant('flip' as const), at: fc.nat(), with: fc.integer({ min: 1, max: 255 }) }),
  fc.record({ kind: fc.constant('cut' as const), at: fc.nat(), with: fc.constant(0) }),
  fc.record({ kind: fc.constant('insert' as const), at: fc.nat(), with: fc.nat({ max: 255 }) }),
  fc.record({ kind: fc.constant('double' as const), at: fc.nat(), with: fc.constant(0) }),
)
type Damage = typeof damage extends fc.Arbitrary<infer T> ? T : never

function damaged(file: Uint8Array, { kind, at, with: value }: Damage): Uint8Array {
  const place = at % file.length
  const [head, tail] = [file.subarray(0, place), file.subarray(place)]
  if (kind === 'cut') return head
  if (kind === 'insert') return Buffer.concat([head, Uint8Array.of(value), tail])
  if (kind === 'double') return Buffer.concat([file, tail])
  return Buffer.concat([head, Uint8Array.of((tail[0] as number) ^ value), tail.subarray(1)])
}

/** Fields with values of the wrong kind, or of the right kind and wrong. */
const wild = fc
  .dictionary(
    fc.constantFrom(
      'secretPhrase',
      'secretSeed',
      'privateKey',
      'ss58Address',
      ' ss58Address',
      'publicKey',
      'accountId',
      'cryptoType',
      'encoded',
      'encoding',
      'address',
      '__proto__',
    ),
    fc.oneof(
      fc.constantFrom('0x00', '0xzz', '', 'abandon '.repeat(12), '//Alice', `0x${'ff'.repeat(64)}`, keyfiles.well_known.alice_ss58),
      fc.jsonValue({ maxDepth: 2 }),
    ),
    { minKeys: 1, maxKeys: 4 },
  )
  .map((fields) => bytes(JSON.stringify(fields)))

describe('20,000 malformed key files', () => {
  it('are each refused by a code, and soon', async () => {
    const unlocker = new CheapUnlocker()
    const secret = encodeSecretKeyFile({
      pair: keyPairFromUri('//Alice'),
      seed: Buffer.from(keyfiles.well_known.alice_seed_hex.slice(2), 'hex'),
    })
    const files = [
      Uint8Array.from(Buffer.from(keyfiles.nacl_vector.file_hex, 'hex')),
      bytes(legacy.ansible_vault),
      bytes(legacy.fernet),
      bytes(keyfiles.polkadotjs_json_import.json),
      secret,
      bytes(keyfiles.well_known.alice_seed_hex),
    ]
    const file = fc.oneof(
      { weight: 6, arbitrary: fc.tuple(fc.constantFrom(...files), damage).map(([whole, how]) => damaged(whole, how)) },
      { weight: 2, arbitrary: wild },
      { weight: 1, arbitrary: fc.uint8Array({ maxLength: 120 }) },
      {
        weight: 1,
        arbitrary: fc
          .tuple(fc.constantFrom('$NACL', '$ANSIBLE_VAULT;1.1;AES256\n', 'gAAAAA', '{', '{"encoded":"","encoding":'), fc.string())
          .map(([head, rest]) => bytes(head + rest)),
      },
    )
    const counts = new Map<string, number>()
    let opened = 0
    await fc.assert(
      fc.asyncProperty(file, async (content) => {
        try {
          const { address, pair } = await openKeyFile(content, { key: 'import', file: '' }, { password, unlocker })
          // What was damaged does not matter to the key: a field that nobody reads, white space, the case of a digit.
          if (pair !== undefined) expect(address.length).toBe(48)
          opened++
        } catch (error) {
          const { code } = await rejection(Promise.reject(error))
          expect(refusals).toContain(code)
          counts.set(code, (counts.get(code) ?? 0) + 1)
        }
      }),
      { numRuns: 23_000, endOnFailure: true },
    )
    const refused = [...counts.values()].reduce((sum, count) => sum + count, 0)
    expect(refused + opened).toBe(23_000)
    expect(refused).toBeGreaterThanOrEqual(20_000)
    expect(counts.get('WALLET_BAD_PASSWORD')).toBeGreaterThan(1000)
  }, 120_000)
})
