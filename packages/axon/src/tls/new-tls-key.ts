import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto'

/**
 * Makes a P-256 key.
 *
 * Not the very key object that was generated: what generated it shares its lock, and Node (20.20, at least) takes that lock when it
 * collects the generator. Collected while the key is being looked at, which holds the lock too, it would stop the process for ever.
 */
export function newTlsKey(): KeyObject {
  const { privateKey: der } = generateKeyPairSync('ec', {
    namedCurve: 'P-256',
    privateKeyEncoding: { type: 'pkcs8', format: 'der' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  const key = createPrivateKey({ key: der, type: 'pkcs8', format: 'der' })
  der.fill(0)
  return key
}
