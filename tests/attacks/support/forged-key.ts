import { createPublicKey, generateKeyPairSync } from 'node:crypto'

// ECPrivateKey of P-256: the scalar, the curve, the point. Source: RFC 5915 §3.
const [head, middle] = [Buffer.from('30770201010420', 'hex'), Buffer.from('a00a06082a8648ce3d030107a14403420004', 'hex')]
const coordinate = (encoded: string | undefined) => Buffer.from(encoded as string, 'base64url')

/**
 * A private key (PEM) that passes for the one of a certificate with whoever loads it, and is not: it has that certificate's point, and
 * another number behind it. OpenSSL compares the points alone, and so serves the certificate and signs by the wrong key.
 */
export function keyForgedFor(certificatePem: string): string {
  const { x, y } = createPublicKey(certificatePem).export({ format: 'jwk' })
  // Node's types do not know that a new key can be had as a JWK.
  const { d } = generateKeyPairSync('ec', { namedCurve: 'P-256', privateKeyEncoding: { format: 'jwk' } } as never)
    .privateKey as unknown as {
    d: string
  }
  const der = Buffer.concat([head, coordinate(d), middle, coordinate(x), coordinate(y)])
  return `-----BEGIN EC PRIVATE KEY-----\n${der.toString('base64').replace(/.{64}/g, '$&\n')}\n-----END EC PRIVATE KEY-----\n`
}
