import type { Ss58Address } from '@tensorkit/core'
import { describe, expect, it } from 'vitest'
import { createAddressPolicy } from './address-policy.js'

const check = (
  host: string,
  options: { insecure?: boolean; allowPrivateAddresses?: boolean; isFromChain?: boolean; plaintext?: boolean } = {},
) => {
  const { insecure = true, allowPrivateAddresses = false, isFromChain = true, plaintext } = options
  const rest = { uid: undefined, scheme: undefined, profile: undefined, certificate: undefined }
  const target = { hotkey: 'x' as Ss58Address, host, port: 1, isFromChain, plaintext, ...rest }
  return createAddressPolicy({ insecure, allowPrivateAddresses }).check(target)?.code
}

describe('addresses from the chain', () => {
  it.each(['1.1.1.1', '8.8.8.8', '172.15.0.1', '172.32.0.1', '100.63.255.255', '2606:4700::1111', '2a00:1450::1'])(
    '%s is called',
    (host) => {
      expect(check(host)).toBeUndefined()
    },
  )

  it.each([
    '0.0.0.0',
    '10.0.0.1',
    '100.64.0.1',
    '127.0.0.1',
    '127.0.0.2',
    '169.254.169.254',
    '172.16.0.1',
    '172.31.255.255',
    '192.168.1.1',
    '192.0.2.1',
    '198.18.0.1',
    '203.0.113.9',
    '224.0.0.1',
    '255.255.255.255',
    '::',
    '::1',
    '::ffff:8.8.8.8',
    '::ffff:127.0.0.1',
    '64:ff9b::7f00:1',
    'fc00::1',
    'fe80::1',
    'ff02::1',
    '2001:db8::1',
    '2002:7f00:1::',
    'example.com',
    'localhost',
    '0x7f.1',
    '2130706433',
    '',
  ])('%s is refused', (host) => {
    expect(check(host)).toBe('DENDRITE_ADDRESS_REFUSED')
  })

  it('may be private where that is allowed', () => {
    expect(check('127.0.0.1', { allowPrivateAddresses: true })).toBeUndefined()
  })
})

describe('plain text', () => {
  it('is refused unless it is allowed, or the configuration gave a loopback literal', () => {
    const plain = { insecure: false, isFromChain: false, plaintext: true }
    expect(check('127.0.0.1', plain)).toBeUndefined()
    expect(check('::1', plain)).toBeUndefined()
    for (const host of ['localhost', '10.0.0.1', '1.1.1.1', 'miner.example', '0.0.0.0', '::ffff:127.0.0.1', '127.1', '127.0.0.1.example']) {
      expect(check(host, plain), host).toBe('DENDRITE_INSECURE_REFUSED')
    }
    expect(check('10.0.0.1', { ...plain, insecure: true })).toBeUndefined()
  })
})
