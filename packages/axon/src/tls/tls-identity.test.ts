import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, X509Certificate } from 'node:crypto'
import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { createTlsIdentity, tlsIdentityOf } from './tls-identity.js'

// Never the key object that was generated: see new-tls-key.ts.
const publicKeyEncoding = { type: 'spki', format: 'pem' } as const
const privateKeyEncoding = { type: 'pkcs8', format: 'pem' } as const
const newEcKey = (namedCurve: string, paramEncoding: 'named' | 'explicit' = 'named'): KeyObject =>
  createPrivateKey(generateKeyPairSync('ec', { namedCurve, paramEncoding, publicKeyEncoding, privateKeyEncoding }).privateKey)
const newEd25519Key = (): KeyObject =>
  createPrivateKey(generateKeyPairSync('ed25519', { publicKeyEncoding, privateKeyEncoding }).privateKey)

describe('createTlsIdentity', () => {
  it('makes a P-256 key, a certificate of its own, and says what goes on chain', async () => {
    const identity = await createTlsIdentity()
    const certificate = new X509Certificate(identity.certificatePem)
    const spki = certificate.publicKey.export({ type: 'spki', format: 'der' })
    expect(spki).toHaveLength(91)
    expect(spki.subarray(0, 27).toString('hex')).toBe('3059301306072a8648ce3d020106082a8648ce3d03010703420004')
    expect(identity.spkiSha256).toBe(createHash('sha256').update(spki).digest('hex'))
    expect(identity.certificate).toEqual({ algorithm: 0x54, publicKey: new Uint8Array(spki.subarray(27)) })
    expect(certificate.checkPrivateKey(identity.privateKey)).toBe(true)
    expect(certificate.verify(certificate.publicKey)).toBe(true)
    expect(certificate.ca).toBe(false)
    expect(Date.parse(certificate.validFrom)).toBeLessThan(Date.now() - 3_600_000)
    expect(new Date(certificate.validTo).getUTCFullYear()).toBe(9999)
    expect((await createTlsIdentity()).spkiSha256).not.toBe(identity.spkiSha256)
  })

  it('shows nothing of the key when it is printed', async () => {
    const identity = await createTlsIdentity()
    const { d } = identity.privateKey.export({ format: 'jwk' })
    const hex = Buffer.from(d as string, 'base64url').toString('hex')
    const pkcs8 = identity.privateKey.export({ type: 'pkcs8', format: 'der' }).toString('base64')
    for (const text of [inspect(identity, { depth: 9, showHidden: true }), JSON.stringify(identity)]) {
      expect(text).toContain(identity.spkiSha256)
      for (const secret of [d as string, hex, pkcs8.slice(40, 80)]) expect(text).not.toContain(secret)
    }
  })
})

describe('tlsIdentityOf', () => {
  it('keeps a certificate that fits, and replaces one of another key', async () => {
    const [one, other] = [await createTlsIdentity(), await createTlsIdentity()]
    expect((await tlsIdentityOf(one.privateKey, one.certificatePem)).certificatePem).toBe(one.certificatePem)
    const replaced = await tlsIdentityOf(one.privateKey, other.certificatePem)
    expect(replaced.spkiSha256).toBe(one.spkiSha256)
    expect(new X509Certificate(replaced.certificatePem).checkPrivateKey(one.privateKey)).toBe(true)
    expect(replaced.certificatePem).not.toBe(one.certificatePem)
  })

  it('gives a key with explicit parameters the one form', async () => {
    const key = newEcKey('P-256', 'explicit')
    const { certificatePem, spkiSha256 } = await tlsIdentityOf(key)
    const spki = new X509Certificate(certificatePem).publicKey.export({ type: 'spki', format: 'der' })
    expect(spki).toHaveLength(91)
    expect(spkiSha256).toBe(createHash('sha256').update(spki).digest('hex'))
  })

  it.each([
    ['another curve', newEcKey('P-384')],
    ['another kind of key', newEd25519Key()],
    ['a public key', createPublicKey(newEcKey('P-256'))],
  ])('refuses %s', async (_name, key) => {
    const outcome = tlsIdentityOf(key).then(({ spkiSha256 }) => spkiSha256)
    await expect(outcome).rejects.toMatchObject({ code: 'AXON_TLS_KEY_INVALID' })
  })
})
