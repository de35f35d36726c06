import { isIP } from 'node:net'
import { TensorKitError } from '@tensorkit/core'

const V4_MAX = 0xffff_ffffn
const V6_MAX = (1n << 128n) - 1n

/** An address as the chain stores it. */
export interface ChainIp {
  readonly ip: bigint
  readonly ipType: 4 | 6
}

/**
 * Turns an address in text form into the chain's integer.
 *
 * @throws CORE_INVALID_ARGUMENT for what is no IPv4 or IPv6 address; names are not resolved.
 */
export function encodeIp(host: string): ChainIp {
  const version = isIP(host)
  if (version === 4) return { ip: host.split('.').reduce((sum, part) => sum * 256n + BigInt(part), 0n), ipType: 4 }
  if (version !== 6 || host.includes('%')) {
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The chain takes IPv4 and IPv6 addresses only, no names', {
      facts: { host: host.slice(0, 64) },
    })
  }
  // The last 32 bits may be written as IPv4.
  const text = host.replace(/(\d+)\.(\d+)\.(\d+)\.(\d+)$/, (_, a, b, c, d) => `${hex16(a, b)}:${hex16(c, d)}`)
  const [head = '', tail] = text.split('::')
  const groups = (part: string): string[] => part.split(':').filter((group) => group !== '')
  const before = groups(head)
  const after = groups(tail ?? '')
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length
  const all = [...before, ...Array<string>(zeros).fill('0'), ...after]
  return { ip: all.reduce((sum, group) => (sum << 16n) + BigInt(`0x${group}`), 0n), ipType: 6 }
}

/**
 * Turns the chain's integer into an address in text form; undefined for 0 (serves nothing) and for what is no address.
 *
 * IPv6 comes out as RFC 5952 asks: lower case, the longest run of zeros as `::`.
 */
export function decodeIp(ip: bigint, ipType: number): string | undefined {
  if (ip <= 0n) return undefined
  if (ipType === 4) return ip > V4_MAX ? undefined : [24n, 16n, 8n, 0n].map((shift) => (ip >> shift) & 255n).join('.')
  if (ipType !== 6 || ip > V6_MAX) return undefined
  const groups = Array.from({ length: 8 }, (_, i) => ((ip >> BigInt(112 - 16 * i)) & 0xffffn).toString(16))
  const run = longestZeroRun(groups)
  if (run.length < 2) return groups.join(':')
  return `${groups.slice(0, run.start).join(':')}::${groups.slice(run.start + run.length).join(':')}`
}

const hex16 = (high: string, low: string): string => (Number(high) * 256 + Number(low)).toString(16)

function longestZeroRun(groups: readonly string[]): { start: number; length: number } {
  let best = { start: 0, length: 0 }
  for (let start = 0; start < groups.length; start++) {
    let length = 0
    while (groups[start + length] === '0') length++
    if (length > best.length) best = { start, length }
  }
  return best
}
