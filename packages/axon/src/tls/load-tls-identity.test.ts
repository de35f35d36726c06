import { generateKeyPairSync } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { loadTlsIdentity } from './load-tls-identity.js'

let directory: string
let path: string
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'tensorkit-tls-'))
  path = join(directory, 'keys', 'tls.pem')
})
afterEach(() => rm(directory, { recursive: true }))

const pemOf = (namedCurve: string, type: 'pkcs8' | 'sec1' = 'pkcs8') =>
  generateKeyPairSync('ec', {
    namedCurve,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type, format: 'pem' },
  }).privateKey

async function keep(text: string, mode = 0o600): Promise<string> {
  const file = join(directory, 'given.pem')
  await writeFile(file, text, { mode })
  await chmod(file, mode)
  return file
}

describe('loadTlsIdentity', () => {
  it('makes a file that its owner alone can read, and reads the same identity again', async () => {
    const made = await loadTlsIdentity({ path })
    expect((await stat(path)).mode & 0o777).toBe(0o600)
    expect(await readdir(join(directory, 'keys'))).toEqual(['tls.pem'])
    const again = await loadTlsIdentity({ path })
    expect([again.spkiSha256, again.certificatePem]).toEqual([made.spkiSha256, made.certificatePem])
  })

  it('gives all that start at once the same key', async () => {
    const made = await Promise.all(Array.from({ length: 8 }, () => loadTlsIdentity({ path })))
    expect(new Set(made.map(({ certificatePem }) => certificatePem)).size).toBe(1)
    expect(await readdir(join(directory, 'keys'))).toEqual(['tls.pem'])
  })

  it.each(['pkcs8', 'sec1'] as const)('takes a key alone (%s), and leaves the file as it is', async (type) => {
    const pem = pemOf('P-256', type)
    const file = await keep(pem)
    const [one, two] = [await loadTlsIdentity({ path: file }), await loadTlsIdentity({ path: file })]
    expect(one.spkiSha256).toBe(two.spkiSha256)
    expect(await readFile(file, 'utf8')).toBe(pem)
  })

  it.each([
    ['readable by its group', 0o640],
    ['readable by all', 0o604],
    ['writable by all', 0o602],
  ])('refuses a file that is %s', async (_name, mode) => {
    await expect(loadTlsIdentity({ path: await keep(pemOf('P-256'), mode) })).rejects.toMatchObject({ code: 'AXON_TLS_KEY_UNSAFE' })
  })

  it('refuses a link and a directory', async () => {
    const link = join(directory, 'link.pem')
    await symlink(await keep(pemOf('P-256')), link)
    await expect(loadTlsIdentity({ path: link })).rejects.toMatchObject({ code: 'AXON_TLS_KEY_UNSAFE' })
    await expect(loadTlsIdentity({ path: directory })).rejects.toMatchObject({ code: 'AXON_TLS_KEY_UNSAFE' })
  })

  it.each([
    ['another curve', () => pemOf('P-384')],
    ['no key', () => 'a secret that is no key'],
    ['nothing', () => ''],
    ['too much', () => 'x'.repeat(70_000)],
  ])('refuses a file that holds %s, and says nothing of what is in it', async (_name, text) => {
    const error = await loadTlsIdentity({ path: await keep(text()) }).catch((caught: unknown) => caught)
    expect(error).toMatchObject({ code: 'AXON_TLS_KEY_INVALID' })
    expect(String(error)).not.toContain('a secret')
  })

  it('says when the place cannot be written', async () => {
    const file = await keep('')
    await expect(loadTlsIdentity({ path: join(file, 'tls.pem') })).rejects.toMatchObject({ code: 'AXON_TLS_KEY_IO' })
    // Where Node's own recursive mkdir never ends.
    await expect(loadTlsIdentity({ path: '/proc/no/such/tls.pem' })).rejects.toMatchObject({ code: 'AXON_TLS_KEY_IO' })
  })
})
