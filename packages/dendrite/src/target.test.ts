import { describe, expect, it } from 'vitest'
import { resolveTarget } from './target.js'

const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('resolveTarget', () => {
  it('takes a hotkey at an address', () => {
    expect(resolveTarget({ hotkey, host: 'miner.example', port: 8091 })).toEqual({
      hotkey,
      host: 'miner.example',
      port: 8091,
      uid: undefined,
      isFromChain: false,
      scheme: undefined,
      profile: undefined,
      plaintext: undefined,
      certificate: undefined,
    })
  })

  it('lets nobody but the configuration choose plain text', () => {
    const entry = {
      uid: 0,
      hotkey,
      coldkey: hotkey,
      scheme: 'sr25519',
      validatorPermit: false,
      stake: 0n,
      axon: { host: '1.1.1.1', port: 1 },
    }
    expect(resolveTarget({ ...entry, plaintext: true } as never)).toMatchObject({ isFromChain: true, plaintext: undefined })
    expect(resolveTarget({ hotkey, host: '127.0.0.1', port: 1, plaintext: true })).toMatchObject({ isFromChain: false, plaintext: true })
    expect(resolveTarget({ hotkey, host: '127.0.0.1', port: 1, profile: 'none' as never })).toMatchObject({ code: 'CORE_INVALID_ARGUMENT' })
  })

  it.each([
    [{ hotkey: 'x', host: '1.1.1.1', port: 1 }, 'CORE_ADDRESS_INVALID'],
    [{ hotkey, host: '1.1.1.1', port: 0 }, 'DENDRITE_ADDRESS_REFUSED'],
    [{ hotkey, host: '1.1.1.1', port: 65_536 }, 'DENDRITE_ADDRESS_REFUSED'],
    [{ hotkey, host: '', port: 1 }, 'DENDRITE_ADDRESS_REFUSED'],
    [{ hotkey, host: 'a/b', port: 1 }, 'DENDRITE_ADDRESS_REFUSED'],
    [{ hotkey, host: 'a'.repeat(300), port: 1 }, 'DENDRITE_ADDRESS_REFUSED'],
  ])('%o is refused by %s', (target, code) => {
    expect(resolveTarget(target)).toMatchObject({ code })
  })
})
