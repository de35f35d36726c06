import { BlockList, isIP, isIPv4 } from 'node:net'
import { isLoopbackLiteral, TensorKitError } from '@tensorkit/core'
import type { ResolvedTarget } from './target.js'

// What IANA's special-purpose registries list as not globally reachable, multicast and the reserved class E beside it.
// Source: RFC 6890 and its registries, RFC 5771, RFC 4291.
const specialV4 = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
] as const
// Of IPv6 only 2000::/3 is given out; the rest of it is special.
const specialV6 = ['::/3', '2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20', '4000::/2', '8000::/1'] as const

function listOf(subnets: readonly string[], family: 'ipv4' | 'ipv6'): BlockList {
  const list = new BlockList()
  for (const subnet of subnets) {
    const [net = '', prefix] = subnet.split('/')
    list.addSubnet(net, Number(prefix), family)
  }
  return list
}

/** Decides which addresses a dendrite connects to. */
export interface AddressPolicy {
  /** @returns What forbids the target, or undefined. */
  check(target: ResolvedTarget): TensorKitError | undefined
}

/** Makes the policy of one dendrite. */
export function createAddressPolicy(options: { readonly insecure: boolean; readonly allowPrivateAddresses: boolean }): AddressPolicy {
  // Two lists: in one, Node would hold an IPv4 address against the IPv6 subnets too, as a mapped one.
  const [v4, v6] = [listOf(specialV4, 'ipv4'), listOf(specialV6, 'ipv6')]
  const isGlobal = (host: string) => (isIPv4(host) ? !v4.check(host, 'ipv4') : isIP(host) === 6 && !v6.check(host, 'ipv6'))
  return {
    check(target) {
      const { hotkey, host, port, isFromChain } = target
      const facts = { hotkey, host, port }
      if (isFromChain && !options.allowPrivateAddresses && !isGlobal(host)) {
        return new TensorKitError('DENDRITE_ADDRESS_REFUSED', 'The axon’s address on chain is not globally routable', { facts })
      }
      if (target.plaintext === true && !options.insecure && !isLoopbackLiteral(host)) {
        return new TensorKitError('DENDRITE_INSECURE_REFUSED', 'The call would go out in plain text', { facts })
      }
      return undefined
    },
  }
}
