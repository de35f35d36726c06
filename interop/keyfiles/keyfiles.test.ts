import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { decodeSs58 } from '@tensorkit/core'
import { initCrypto, verifySignature } from '@tensorkit/core/crypto'
import { inspectWallet, openWallet, regenKey } from '@tensorkit/wallet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { RememberingUnlocker } from '../support/remembering-unlocker.js'
import { type KeyKind, keyKinds } from './kinds.js'
import { type Cell, printMatrix } from './matrix.js'
import { type Peer, type PeerAnswer, type PeerRequest, type PeerSource, startPeers } from './peer.js'

const us = 'TensorKit'
const password = 'interop-password-é'
const message = Buffer.from('signed by whoever opened the file')
// 16 derivations of seconds each for a peer, on a machine that may be slow.
const slowMs = 1_500_000

let peers: readonly Peer[]
let kinds: readonly KeyKind[]
let path: string
const cells: Cell[] = []
// The password is one: its key is derived once by each engine, where every file of a peer takes that peer a derivation.
const unlockers = { wasm: new RememberingUnlocker({ engine: 'wasm' }), native: new RememberingUnlocker({ engine: 'native' }) }

beforeAll(async () => {
  await initCrypto()
  kinds = await keyKinds()
  path = await mkdtemp(join(tmpdir(), 'tensorkit-keyfiles-'))
  peers = await startPeers()
}, slowMs)
afterAll(async () => {
  console.info(printMatrix(cells))
  await Promise.all(Object.values(unlockers).map((unlocker) => unlocker.close()))
  await rm(path, { recursive: true, force: true })
})

/** A key file of one cell. Every one is a hotkey of the wallet of its writer. */
interface Sample {
  readonly kind: KeyKind
  readonly source: PeerSource
  readonly wallet: string
  readonly hotkey: string
  readonly file: string
}

function sample(kind: KeyKind, wallet: string, index: number): Sample {
  const hotkey = `k${index}`
  const file = join(path, wallet, 'hotkeys', kind.isPublic ? `${hotkey}pub.txt` : hotkey)
  return { kind, source: kind.make(), wallet, hotkey, file }
}

async function samples(wallet: string, of: readonly KeyKind[]): Promise<Sample[]> {
  await mkdir(join(path, wallet, 'hotkeys'), { recursive: true, mode: 0o700 })
  return of.map((kind, index) => sample(kind, wallet, index))
}

/** TensorKit writes a sample. @returns Its address. */
async function write({ source, kind, wallet, hotkey }: Sample, isEncrypted: boolean): Promise<string> {
  const { scheme } = kind
  const { kind: form, value } = source
  const { address } = await regenKey({
    path,
    name: wallet,
    hotkey,
    key: 'hotkey',
    scheme,
    source: { [form]: value },
    ...(isEncrypted && { password, unlocker: unlockers.wasm }),
  })
  return address
}

/** TensorKit opens a sample that a peer wrote. @returns What is wrong, and a signature by the key. */
async function read({ kind, wallet, hotkey, file }: Sample, expected: PeerAnswer, isEncrypted: boolean) {
  if (expected.error !== undefined) return { problem: `the writer failed: ${expected.error}` }
  try {
    if (kind.isPublic) {
      const report = (await inspectWallet({ path, name: wallet })).files.find((found) => found.file === file)
      const isRight = report?.address === expected.address && report?.scheme === kind.scheme
      return isRight ? {} : { problem: `${report?.address} ${report?.scheme} in place of ${expected.address} ${kind.scheme}` }
    }
    const opened = await openWallet({ path, name: wallet, hotkey, ...(isEncrypted && { password, unlocker: unlockers.native }) })
    const { address, scheme } = opened.hotkey
    if (address !== expected.address || scheme !== kind.scheme) return { problem: `opened as ${address}, ${scheme}` }
    return { signature: opened.hotkey.sign(message) }
  } catch (error) {
    return { problem: String(error) }
  }
}

/** What is wrong with how a peer opened a file of ours. */
function problemOf({ kind }: Sample, address: string, answer: PeerAnswer): string | undefined {
  if (answer.error !== undefined) return answer.error
  if (answer.address !== address) return `opened as ${answer.address} in place of ${address}`
  if (kind.isPublic) return undefined
  const signature = Buffer.from(answer.signature ?? '', 'hex')
  const holds = verifySignature({ scheme: kind.scheme, publicKey: decodeSs58(answer.address), message, signature })
  return holds ? undefined : 'the signature of its reader does not hold'
}

/** Both ways between us and one peer, for all kinds that the peer knows. */
async function exchange(peer: Peer, cipher: string, isEncrypted: boolean, ours: ReadonlyMap<Sample, string>): Promise<void> {
  const knows = ({ kind }: Pick<Sample, 'kind'>) => peer.hasEd25519 || kind.scheme === 'sr25519'
  const slug = peer.title.replace(/\W+/g, '-')
  const known = kinds.filter((kind) => knows({ kind }) && !(isEncrypted && kind.isPublic))
  const theirs = await samples(`${slug}-${cipher.replace(/\W/g, '')}`, known)
  const forReading = [...ours].filter(([one]) => knows(one))
  const secret = isEncrypted ? { password } : {}
  const answers = await peer.ask([
    ...theirs.map(({ source, file }) => ({ operation: 'write', source, file, ...secret })),
    ...forReading.map(([{ file, kind }]) => ({
      operation: 'read',
      file,
      ...secret,
      ...(!kind.isPublic && { message: message.toString('hex') }),
    })),
  ])
  const verifications: { readonly cell: Cell; readonly request: PeerRequest }[] = []
  for (const [index, one] of theirs.entries()) {
    const { problem, signature } = await read(one, answers[index] as PeerAnswer, isEncrypted)
    const cell: Cell = { writer: peer.title, reader: us, cipher, kind: one.kind.title, ...(problem && { problem }) }
    if (signature === undefined) cells.push(cell)
    else {
      const { scheme } = one.kind
      const request = {
        operation: 'verify',
        address: answers[index]?.address,
        scheme,
        message: message.toString('hex'),
        signature: Buffer.from(signature).toString('hex'),
      }
      verifications.push({ cell, request })
    }
  }
  for (const [index, [one, address]] of forReading.entries()) {
    const problem = problemOf(one, address, answers[theirs.length + index] as PeerAnswer)
    cells.push({ writer: us, reader: peer.title, cipher, kind: one.kind.title, ...(problem && { problem }) })
  }
  const verified = await peer.ask(verifications.map(({ request }) => request))
  for (const [index, { cell }] of verifications.entries()) {
    const { ok, error } = verified[index] as PeerAnswer
    cells.push(ok === true ? cell : { ...cell, problem: `the writer refuses the signature of the reader: ${error ?? ''}` })
  }
}

/** Two peers at a time: each takes a core, and 512 MiB where it derives a key. */
async function withAll(run: (peer: Peer) => Promise<void>): Promise<void> {
  const queue = [...peers]
  const next = async (): Promise<void> => {
    for (let peer = queue.shift(); peer !== undefined; peer = queue.shift()) await run(peer)
  }
  await Promise.all([next(), next()])
}

async function writeOurs(wallet: string, isEncrypted: boolean): Promise<Map<Sample, string>> {
  const written = new Map<Sample, string>()
  for (const one of await samples(wallet, kinds)) if (!(isEncrypted && one.kind.isPublic)) written.set(one, await write(one, isEncrypted))
  return written
}

const failures = (cipher: string) => cells.filter((cell) => cell.cipher === cipher && cell.problem !== undefined)
const count = (cipher: string) => cells.filter((cell) => cell.cipher === cipher).length

describe('key files between TensorKit and the Python wallets', () => {
  it(
    'that are not encrypted',
    async () => {
      const ours = await writeOurs('ours-plain', false)
      await withAll((peer) => exchange(peer, 'none', false, ours))
      expect(failures('none')).toEqual([])
      // Three peers with all ten kinds, one with the five of sr25519; both ways.
      expect(count('none')).toBe(2 * (3 * 10 + 5))
    },
    slowMs,
  )

  it(
    'of $NACL',
    async () => {
      const ours = await writeOurs('ours-nacl', true)
      await withAll((peer) => exchange(peer, '$NACL', true, ours))
      expect(failures('$NACL')).toEqual([])
      expect(count('$NACL')).toBe(2 * (3 * 8 + 4))
    },
    slowMs,
  )

  it(
    'of the two ciphers that are only read',
    async () => {
      const secretKinds = kinds.filter(({ isPublic }) => !isPublic)
      for (const peer of peers.filter(({ title }) => title.startsWith('bittensor-wallet'))) {
        // The older one knows sr25519 alone; the newer one's environment has the library for Fernet.
        const ciphers = peer.hasEd25519 ? ['ansible-vault', 'fernet'] : ['ansible-vault']
        for (const cipher of ciphers) {
          const known = secretKinds.filter(({ scheme }) => peer.hasEd25519 || scheme === 'sr25519')
          const theirs = await samples(`${peer.title.replace(/\W+/g, '-')}-${cipher}`, known)
          const answers = await peer.ask(theirs.map(({ source, file }) => ({ operation: 'write', source, file, password, cipher })))
          for (const [index, one] of theirs.entries()) {
            const { problem } = await read(one, answers[index] as PeerAnswer, true)
            cells.push({ writer: peer.title, reader: us, cipher, kind: one.kind.title, ...(problem && { problem }) })
          }
        }
      }
      expect([...failures('ansible-vault'), ...failures('fernet')]).toEqual([])
      expect([count('ansible-vault'), count('fernet')]).toEqual([8 + 4, 8])
    },
    slowMs,
  )
})
