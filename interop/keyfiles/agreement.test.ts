import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Keyring } from '@polkadot/keyring'
import { cryptoWaitReady } from '@polkadot/util-crypto'
import { decodeSs58, encodeSs58, type SignatureScheme } from '@tensorkit/core'
import { generateMnemonic, initCrypto, isMnemonic, keyPairFromUri, signerFromKeyPair, verifySignature } from '@tensorkit/core/crypto'
import { createWallet, environmentPasswords, environmentVariableFor, exportKey, obfuscatePassword, regenKey } from '@tensorkit/wallet'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Peer, type PeerAnswer, startPeers } from './peer.js'

const slowMs = 600_000
const schemes = ['sr25519', 'ed25519'] as const
const message = Buffer.from('the message')
let peers: readonly Peer[]
let path: string
beforeAll(async () => {
  await initCrypto()
  await cryptoWaitReady()
  path = await mkdtemp(join(tmpdir(), 'tensorkit-agreement-'))
  peers = await startPeers()
}, slowMs)
afterAll(() => rm(path, { recursive: true, force: true }))

const known = ({ hasEd25519 }: Peer) => schemes.filter((scheme) => hasEd25519 || scheme === 'sr25519')
const bare = (answers: readonly PeerAnswer[]) => answers.map(({ address, error }) => error ?? address)

const words = generateMnemonic(24)
const sharedUris = [
  '//Alice',
  `${words}`,
  `${words}//hard`,
  `${words}//1//2//18446744073709551615`,
  `${words}//18446744073709551616`,
  `${words}//a junction that is longer than thirty-two bytes`,
  `${words}//hard///password`,
  `${words}///password with spaces`,
  `0x${'ab'.repeat(32)}//x`,
]
const softUris = [`${words}/soft`, `${words}//hard/soft/0//again`, '//Alice/1/2///pass']

describe('TensorKit and the Python wallets agree on', () => {
  it(
    'mnemonics of every length, of either side',
    async () => {
      for (const peer of peers) {
        const ours = ([12, 15, 18, 21, 24] as const).map((length) => generateMnemonic(length))
        const theirs = await peer.ask([12, 15, 18, 21, 24].map((length) => ({ operation: 'mnemonic', words: length })))
        const texts = [...ours, ...theirs.map(({ mnemonic, error }) => mnemonic ?? `${error}`)]
        expect(texts.map(isMnemonic)).toEqual(texts.map(() => true))
        const answers = await peer.ask(
          texts.map((value) => ({ operation: 'derive', source: { kind: 'mnemonic', value, scheme: 'sr25519' } })),
        )
        expect(bare(answers)).toEqual(texts.map((text) => encodeSs58(keyPairFromUri(text).publicKey)))
      }
    },
    slowMs,
  )

  it.each(schemes)(
    'derivation paths and passwords: %s',
    async (scheme) => {
      const uris = scheme === 'sr25519' ? [...sharedUris, ...softUris] : sharedUris
      for (const peer of peers.filter((one) => known(one).includes(scheme))) {
        const answers = await peer.ask(uris.map((value) => ({ operation: 'derive', source: { kind: 'uri', value, scheme } })))
        expect(bare(answers), peer.title).toEqual(uris.map((uri) => encodeSs58(keyPairFromUri(uri, scheme).publicKey)))
      }
    },
    slowMs,
  )

  it(
    'signatures, both ways',
    async () => {
      for (const peer of peers) {
        for (const scheme of known(peer)) {
          const source = { kind: 'mnemonic', value: words, scheme }
          const signer = signerFromKeyPair(keyPairFromUri(words, scheme))
          const signature = Buffer.from(signer.sign(message)).toString('hex')
          const ask = { address: signer.address, scheme, message: message.toString('hex') }
          const [theirs, right, wrong] = await peer.ask([
            { operation: 'derive', source, message: message.toString('hex') },
            { operation: 'verify', ...ask, signature },
            { operation: 'verify', ...ask, message: '00', signature },
          ])
          expect([right, wrong], `${peer.title} ${scheme}`).toEqual([{ ok: true }, { ok: false }])
          const given = Buffer.from(theirs?.signature ?? '', 'hex')
          expect(verifySignature({ scheme, publicKey: signer.publicKey, message, signature: given }), peer.title).toBe(true)
        }
      }
    },
    slowMs,
  )

  it(
    'addresses',
    async () => {
      const keys = Array.from({ length: 50 }, () => Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString('hex'))
      for (const peer of peers) {
        const [answer] = await peer.ask([{ operation: 'ss58', keys }])
        expect(answer?.addresses, `${peer.title} ${answer?.error}`).toEqual(keys.map((key) => encodeSs58(Buffer.from(key, 'hex'))))
        expect(answer?.addresses?.map((address) => Buffer.from(decodeSs58(address as never)).toString('hex'))).toEqual(keys)
      }
    },
    slowMs,
  )

  it(
    'passwords in the environment',
    async () => {
      const file = '/srv/.bittensor/wallets/my.wallet/coldkey'
      const password = 'päss word'
      for (const peer of peers.filter(({ title }) => !title.startsWith('bittensor-core'))) {
        const [theirs, ours] = await peer.ask([
          { operation: 'environment', file, password },
          { operation: 'environment', file, value: obfuscatePassword(file, password) },
        ])
        expect(theirs, peer.title).toEqual({ variable: environmentVariableFor(file), value: obfuscatePassword(file, password) })
        expect(ours?.password, `${peer.title} ${ours?.error}`).toBe(password)
        const source = environmentPasswords({ env: { [theirs?.variable as string]: theirs?.value } })
        const found = await source({ purpose: 'unlock', key: 'coldkey', file })
        expect(Buffer.from(found as Uint8Array).toString()).toBe(password)
      }
    },
    slowMs,
  )
})

describe('polkadot.js JSON', () => {
  const password = 'Password123'
  const exported = async (scheme: SignatureScheme) => {
    const { address } = await regenKey({ path, name: 'json', hotkey: scheme, key: 'hotkey', scheme, source: { uri: `${words}//json` } })
    const json = await exportKey({ path, name: 'json', hotkey: scheme, key: 'hotkey', format: 'polkadot-js', exportPassword: password })
    return { address, json: Buffer.from(json).toString() }
  }

  it.each(schemes)(
    'of TensorKit is read by @polkadot/keyring and by the Python wallets: %s',
    async (scheme) => {
      const { address, json } = await exported(scheme)
      const pair = new Keyring({ type: 'sr25519', ss58Format: 42 }).addFromJson(JSON.parse(json))
      pair.decodePkcs8(password)
      expect([pair.type, pair.address]).toEqual([scheme, address])
      expect(verifySignature({ scheme, publicKey: pair.publicKey, message, signature: pair.sign(message) })).toBe(true)
      for (const peer of peers) {
        const [answer] = await peer.ask([{ operation: 'json', json, password, message: message.toString('hex') }])
        if (scheme === 'ed25519' && peer.title.startsWith('bittensor-wallet')) {
          // It fails at what polkadot.js itself writes, too.
          const theirs = JSON.stringify(new Keyring({ type: scheme }).addFromUri('//Alice').toJson(password))
          const [other] = await peer.ask([{ operation: 'json', json: theirs, password }])
          expect([answer?.error, other?.error], peer.title).toEqual([expect.any(String), expect.any(String)])
          continue
        }
        expect(answer?.address, `${peer.title} ${answer?.error}`).toBe(address)
        const signature = Buffer.from(answer?.signature ?? '', 'hex')
        expect(verifySignature({ scheme, publicKey: pair.publicKey, message, signature }), peer.title).toBe(true)
      }
    },
    slowMs,
  )

  it.each(schemes)(
    'of @polkadot/keyring is read by TensorKit: %s',
    async (scheme) => {
      // As the extension exports it, under the address of another network.
      const theirs = new Keyring({ type: scheme, ss58Format: 0 }).addFromUri(`${words}//theirs`)
      const source = { keyFile: JSON.stringify(theirs.toJson(password)), keyFilePassword: password }
      const { address } = await regenKey({ path, name: 'imported', hotkey: scheme, key: 'hotkey', source })
      expect(address).toBe(encodeSs58(theirs.publicKey))
      const { scheme: written, privateKey } = JSON.parse(await readFile(join(path, 'imported', 'hotkeys', scheme), 'utf8')) as Record<
        string,
        string
      >
      expect([written, typeof privateKey]).toEqual([undefined, 'string'])
      const { wallet } = await createWallet({ path, name: `whole-${scheme}`, coldkey: { address }, hotkeySource: source })
      expect([wallet.hotkey.address, wallet.hotkey.scheme]).toEqual([address, scheme])
      expect(verifySignature({ scheme, publicKey: theirs.publicKey, message, signature: wallet.hotkey.sign(message) })).toBe(true)
    },
    slowMs,
  )
})
