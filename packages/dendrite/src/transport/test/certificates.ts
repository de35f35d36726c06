import 'reflect-metadata'
import { createHash, createPrivateKey, generateKeyPairSync, type KeyObject, randomBytes, webcrypto, X509Certificate } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import type { TlsPin } from '../client-transport.js'

const signing = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const

/** A TLS identity for tests. */
export interface TestIdentity extends TlsPin {
  /** PEM. */
  readonly key: string
  /** PEM, the leaf first. */
  readonly cert: string
  readonly privateKey: KeyObject
  readonly subject: string
}

/** What {@link makeIdentity} may be told. */
export interface MakeIdentityOptions {
  /** @defaultValue P-256 */
  readonly curve?: 'P-256' | 'P-384'
  /** Who signs it. @defaultValue itself */
  readonly issuer?: TestIdentity
  /** Whether it may sign others. @defaultValue false */
  readonly isCa?: boolean
  readonly notAfter?: Date
}

/** Makes a certificate. */
export async function makeIdentity({ curve = 'P-256', issuer, isCa = false, notAfter }: MakeIdentityOptions = {}): Promise<TestIdentity> {
  // Written out and read again: the key object that was generated shares a lock with its generator, and Node 20 can stop at it for ever when
  // garbage is collected.
  const { privateKey: key, publicKey: spki } = generateKeyPairSync('ec', {
    namedCurve: curve,
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
    publicKeyEncoding: { type: 'spki', format: 'der' },
  })
  const privateKey = createPrivateKey(key)
  const { subtle } = webcrypto
  const own = { ...signing, namedCurve: curve }
  const load = (signer: KeyObject, algorithm = own) =>
    subtle.importKey('pkcs8', signer.export({ type: 'pkcs8', format: 'der' }), algorithm, false, ['sign'])
  const subject = `CN=tensorkit ${randomBytes(4).toString('hex')}`
  const certificate = await x509.X509CertificateGenerator.create(
    {
      serialNumber: `40${randomBytes(15).toString('hex')}`,
      subject,
      issuer: issuer?.subject ?? subject,
      notBefore: new Date(Date.now() - 86_400_000),
      notAfter: notAfter ?? new Date('9999-12-31T23:59:59Z'),
      signingAlgorithm: signing,
      signingKey: await load(issuer?.privateKey ?? privateKey, issuer === undefined ? own : signing),
      publicKey: await subtle.importKey('spki', spki, own, true, ['verify']),
      extensions: [
        new x509.BasicConstraintsExtension(isCa, undefined, true),
        new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature | (isCa ? x509.KeyUsageFlags.keyCertSign : 0), true),
        new x509.SubjectAlternativeNameExtension([{ type: 'dns', value: 'localhost' }]),
      ],
    },
    webcrypto,
  )
  const leafPem = `${certificate.toString('pem')}\n`
  return {
    key,
    cert: issuer === undefined ? leafPem : leafPem + issuer.leafPem,
    leafPem,
    privateKey,
    subject,
    spkiSha256: createHash('sha256')
      .update(new X509Certificate(leafPem).publicKey.export({ type: 'spki', format: 'der' }))
      .digest('hex'),
  }
}
