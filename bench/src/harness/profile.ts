import { readFile } from 'node:fs/promises'

interface ProfileNode {
  readonly id: number
  readonly callFrame: { readonly functionName: string; readonly url: string; readonly lineNumber: number }
  readonly children?: readonly number[]
}

interface CpuProfile {
  readonly nodes: readonly ProfileNode[]
  readonly samples: readonly number[]
  readonly timeDeltas: readonly number[]
  readonly startTime: number
  readonly endTime: number
}

/** A step of a call, by the functions that belong to it. The first that fits the innermost frame that fits any, counts. */
interface Step {
  readonly name: string
  readonly fits: (functionName: string, url: string) => boolean
}

const named =
  (...names: readonly string[]) =>
  (functionName: string, url: string) =>
    url.includes('/packages/') &&
    names.some((name) => functionName === name || functionName.endsWith(`.${name}`) || functionName.endsWith(` ${name}`))

const steps: readonly Step[] = [
  { name: 'garbage collection', fits: (name) => name === '(garbage collector)' },
  { name: 'native code outside JavaScript', fits: (name) => name === '(program)' },
  {
    name: 'signature',
    fits: (name, url) => url.startsWith('wasm://') || /sr25519(Verify|Sign)|verifySignature/.test(name) || url.includes('/wasm-'),
  },
  { name: 'node:crypto (SHA-256, randomness)', fits: (_name, url) => url.startsWith('node:internal/crypto') || url === 'node:crypto' },
  {
    name: 'signed text',
    fits: named('encodeBtauthPayload', 'malformedPayloadField', 'signBtauth', 'signBtauthCall', 'verifyBtauthSignature', 'toHex'),
  },
  { name: 'SS58', fits: named('tryDecode', 'isSs58Address', 'decodeSs58', 'decodeOrThrow', 'checksum') },
  {
    name: 'claim: shape, receiver, freshness',
    fits: named('checkBtauthClaim', 'parse', 'single', 'parseSignature', 'headerReader', 'refuse'),
  },
  { name: 'replay memory', fits: named('checkBtauthReplay', 'checkAndStore', 'rotate') },
  { name: 'nonce', fits: named('randomBelow', 'createNonceSource') },
  { name: 'protobuf', fits: (name, url) => url.includes('/protobufjs/') || named('encode', 'decode', 'write', 'read')(name, url) },
  { name: 'grpc-js', fits: (_name, url) => url.includes('/grpc-js/') },
  { name: 'node: HTTP/2, sockets, timers', fits: (_name, url) => url.startsWith('node:') },
  { name: 'axon and dendrite', fits: (_name, url) => /\/packages\/(axon|dendrite)\//.test(url) },
  { name: 'core, the rest', fits: (_name, url) => url.includes('/packages/core/') },
  { name: 'the benchmark itself', fits: (_name, url) => url.includes('/bench/') },
]

/** Where the time of a profile went, as fractions of the samples that were not idle. */
export interface ProfileShares {
  /** By step; `other` is what no step claims. */
  readonly steps: Readonly<Record<string, number>>
  /** The dearest functions by the time in themselves, dearest first. */
  readonly functions: readonly (readonly [string, number])[]
}

const shownFunctions = 25

/** Reads a CPU profile. */
export async function profileShares(file: string): Promise<ProfileShares> {
  const profile = JSON.parse(await readFile(file, 'utf8')) as CpuProfile
  const parents = new Map<number, ProfileNode>()
  const nodes = new Map<number, ProfileNode>()
  for (const node of profile.nodes) {
    nodes.set(node.id, node)
    for (const child of node.children ?? []) parents.set(child, node)
  }
  const stepOf = (node: ProfileNode | undefined): string => {
    for (let at = node; at !== undefined; at = parents.get(at.id)) {
      const { functionName, url } = at.callFrame
      const step = steps.find(({ fits }) => fits(functionName, url))
      if (step !== undefined) return step.name
    }
    return 'other'
  }
  const names = new Map<number, string>()
  const counts = new Map<string, number>()
  const selfCounts = new Map<string, number>()
  let total = 0
  for (const id of profile.samples) {
    const node = nodes.get(id)
    if (node?.callFrame.functionName === '(idle)') continue
    let name = names.get(id)
    if (name === undefined) {
      name = stepOf(node)
      names.set(id, name)
    }
    counts.set(name, (counts.get(name) ?? 0) + 1)
    const label = labelOf(node)
    selfCounts.set(label, (selfCounts.get(label) ?? 0) + 1)
    total++
  }
  const shares = (from: ReadonlyMap<string, number>) =>
    [...from].map(([name, count]) => [name, count / total] as const).sort(([, a], [, b]) => b - a)
  return { steps: Object.fromEntries(shares(counts)), functions: shares(selfCounts).slice(0, shownFunctions) }
}

function labelOf(node: ProfileNode | undefined): string {
  const { functionName = '', url = '', lineNumber = 0 } = node?.callFrame ?? {}
  const place = url.split('/').slice(-3).join('/')
  return place === '' ? functionName : `${functionName || '(anonymous)'} ${place}:${lineNumber + 1}`
}
