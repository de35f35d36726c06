import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface Identity {
  readonly key: Buffer
  readonly certificate: Buffer
}

/** A self-signed P-256 certificate. */
export function selfSigned(): Identity {
  const dir = mkdtempSync(join(tmpdir(), 'tensorkit-bench-'))
  const [key, certificate] = [join(dir, 'key.pem'), join(dir, 'cert.pem')]
  execFileSync(
    'openssl',
    [
      ...'req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 2 -subj /CN=bench -addext subjectAltName=IP:127.0.0.1 -keyout'.split(
        ' ',
      ),
      key,
      '-out',
      certificate,
    ],
    { stdio: 'ignore' },
  )
  const identity = { key: readFileSync(key), certificate: readFileSync(certificate) }
  rmSync(dir, { recursive: true })
  return identity
}
