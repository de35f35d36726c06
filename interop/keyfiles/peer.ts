import { spawn } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import type { SignatureScheme } from '@tensorkit/core'
import { pythonVenv } from '../support/python-venv.js'

const script = fileURLToPath(new URL('peer.py', import.meta.url))

/** Where a key comes from, in words that every peer knows. Hex has no 0x. */
export interface PeerSource {
  readonly kind: 'mnemonic' | 'seed' | 'privateKey' | 'uri' | 'address'
  readonly value: string
  readonly scheme: SignatureScheme
}

/** What peer.py is asked: see there. */
export type PeerRequest = { readonly operation: string } & Readonly<Record<string, unknown>>
/** What it answers. */
export interface PeerAnswer {
  readonly error?: string
  readonly address?: string
  readonly publicKey?: string
  readonly signature?: string
  readonly ok?: boolean
  readonly mnemonic?: string
  readonly addresses?: readonly string[]
  readonly variable?: string
  readonly value?: string
  readonly password?: string
}

/** Another program that reads and writes keys. */
export interface Peer {
  readonly title: string
  /** Whether it knows more than sr25519. */
  readonly hasEd25519: boolean
  /** Asks it a list of things, in a process of its own. */
  ask(requests: readonly PeerRequest[]): Promise<PeerAnswer[]>
}

async function startPeer(title: string, folder: string, module: string, hasEd25519 = true): Promise<Peer> {
  const { python } = await pythonVenv(new URL(`../${folder}/requirements.txt`, import.meta.url))
  return { title, hasEd25519, ask: (requests) => run(python, module, requests) }
}

function run(python: string, module: string, requests: readonly PeerRequest[]): Promise<PeerAnswer[]> {
  return new Promise((resolve, reject) => {
    // A process group of its own has no terminal: what would prompt fails instead of waiting.
    const child = spawn(python, [script, module], { stdio: ['pipe', 'pipe', 'pipe'], detached: true, timeout: 1_500_000 })
    let [output, errors] = ['', '']
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) => {
      const last = output.trimEnd().split('\n').at(-1) ?? ''
      if (code === 0 && last.startsWith('[')) resolve(JSON.parse(last) as PeerAnswer[])
      else reject(new Error(`The peer ${module} ended with ${code}: ${errors.slice(-2000)}`))
    })
    child.stdin.end(JSON.stringify(requests))
  })
}

/** All peers, newest first. */
export function startPeers(): Promise<Peer[]> {
  return Promise.all([
    startPeer('bittensor 11.3.0', 'bittensor-11', 'bittensor'),
    startPeer('bittensor-core 0.1.5', 'bittensor-core', 'bittensor-core'),
    startPeer('bittensor-wallet 4.1.1', 'bittensor-wallet-4.1', 'bittensor-wallet'),
    startPeer('bittensor-wallet 4.0.1', 'bittensor-wallet-4.0', 'bittensor-wallet', false),
  ])
}
