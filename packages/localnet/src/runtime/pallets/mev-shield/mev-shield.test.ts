import { xchacha20poly1305 } from '@noble/ciphers/chacha.js'
import { ml_kem768 } from '@noble/post-quantum/ml-kem.js'
import { xxhashAsU8a } from '@polkadot/util-crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { eventData, TestChain } from '../../../../test/runtime/test-chain.js'
import { createLocalnet } from '../../../dev/create-localnet.js'
import { parseShielded, shieldKey } from './shielded-transaction.js'

const toHex = (bytes: Uint8Array): string => `0x${Buffer.from(bytes).toString('hex')}`

/** Seals as clients do. */
function seal(plaintext: Uint8Array, key: Uint8Array): Uint8Array {
  const { cipherText, sharedSecret } = ml_kem768.encapsulate(key)
  const nonce = crypto.getRandomValues(new Uint8Array(24))
  const sealed = xchacha20poly1305(sharedSecret, nonce).encrypt(plaintext)
  return new Uint8Array([...xxhashAsU8a(key, 128), cipherText.length & 0xff, cipherText.length >> 8, ...cipherText, ...nonce, ...sealed])
}

let chain: TestChain
let key: Uint8Array
const carrier = (inner: Uint8Array, options = {}, sealKey = key): Uint8Array =>
  chain.sign('//Alice', chain.call('mevShield', 'submitEncrypted', toHex(seal(inner, sealKey))), options)

beforeAll(async () => {
  chain = await TestChain.create()
  chain.block()
  key = Buffer.from((chain.query('mevShield', 'nextKey') as string).slice(2), 'hex')
})

describe('sealed extrinsics', () => {
  it('are opened with the key that the chain tells', () => {
    expect(key).toHaveLength(1184)
    const inner = chain.sign('//Alice', chain.call('system', 'remark', '0x01'), { nonce: 1 })
    const bytes = carrier(inner)
    expect(chain.validate(bytes)).toMatchObject({ ok: true })
    expect(chain.runtime.unshield(bytes)).toEqual(inner)
    const [first, second] = chain.block(bytes, inner)
    expect(eventData(first?.events ?? [], 'mevShield.EncryptedSubmitted')).toEqual([
      expect.stringMatching(/^0x[0-9a-f]{64}$/),
      chain.pair('//Alice').address,
    ])
    expect(second?.result).toBe('ok')
  })

  it('sealed with another key, or that are no carriers, do not open', () => {
    const inner = chain.sign('//Alice', chain.call('system', 'remark', '0x01'))
    expect(chain.runtime.unshield(inner)).toBeUndefined()
    expect(chain.runtime.unshield(chain.sign('//Alice', chain.call('system', 'remark', `0x${'00'.repeat(4000)}`)))).toBeUndefined()
    const { encapsulationKey } = shieldKey(new Uint8Array(64).fill(7))
    expect(chain.runtime.unshield(carrier(inner, {}, encapsulationKey))).toBeUndefined()
    const broken = seal(inner, key)
    broken[broken.length - 1] = (broken.at(-1) ?? 0) ^ 1
    const call = chain.call('mevShield', 'submitEncrypted', toHex(broken))
    expect(chain.runtime.unshield(chain.sign('//Alice', call))).toBeUndefined()
  })

  it('that are cut short are refused by the pool with 23', () => {
    const whole = seal(Uint8Array.of(1), key)
    for (const length of [0, 17, 18, 18 + 1088 + 23]) {
      expect(parseShielded(whole.slice(0, length))).toBeUndefined()
      expect(chain.submit('//Alice', 'mevShield', 'submitEncrypted', toHex(whole.slice(0, length))).result).toBe('Custom(23)')
    }
  })

  it('the queue of sealed calls is refused by name', () => {
    expect(() => chain.submit('//Alice', 'mevShield', 'storeEncrypted', '0x00')).toThrow(/queue of sealed calls is not modelled/)
  })
})

describe('the author of a block', () => {
  it('puts what is inside after its carrier, and leaves out what is invalid', async () => {
    await using localnet = await createLocalnet()
    const { genesisHash } = localnet
    const rpc = async (method: string, ...params: unknown[]): Promise<unknown> => {
      const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method, params })
      const response = await fetch(localnet.httpUrl, { method: 'POST', body, headers: { 'content-type': 'application/json' } })
      const { result, error } = (await response.json()) as { result?: unknown; error?: unknown }
      expect(error).toBeUndefined()
      return result
    }
    const remark = (nonce: number): Uint8Array => chain.sign('//Alice', chain.call('system', 'remark', '0x01'), { nonce, genesisHash })
    const extrinsicsWith = async (bytes: Uint8Array): Promise<string[]> => {
      await rpc('author_submitExtrinsic', toHex(bytes))
      const { hash } = await localnet.mine()
      return ((await rpc('chain_getBlock', hash)) as { block: { extrinsics: string[] } }).block.extrinsics.slice(1)
    }
    const inner = remark(1)
    const good = carrier(inner, { nonce: 0, genesisHash })
    expect(await extrinsicsWith(good)).toEqual([toHex(good), toHex(inner)])
    const stale = carrier(remark(1), { nonce: 2, genesisHash })
    expect(await extrinsicsWith(stale)).toEqual([toHex(stale)])
    // Bytes that are no extrinsic, none at all, and an inherent: nobody's to send.
    const inherent = chain.runtime.inherents({ ...chain.context(), timestampMs: 4_000_000_000_000 })[0] as Uint8Array
    for (const [at, inside] of [Uint8Array.of(1, 2, 3), new Uint8Array(), inherent].entries()) {
      const bytes = carrier(inside, { nonce: 3 + at, genesisHash })
      expect(await extrinsicsWith(bytes)).toEqual([toHex(bytes)])
    }
  })
})
