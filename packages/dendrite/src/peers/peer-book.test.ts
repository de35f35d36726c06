import type { Signer } from '@tensorkit/core'
import { describe, expect, test } from 'vitest'
import { resolveOptions } from '../resolve-options.js'
import type { Peer } from './peer.js'
import { PeerBook } from './peer-book.js'

const hotkey = '5GrwvaEF5zXb26Fz9rcQpDWS57CtERHpNehXCPcNoHGKutQY'

describe('PeerBook', () => {
  function bookOf(maxChannels: number) {
    // Nothing is signed here.
    const sign = () => Promise.reject(new Error('not asked for'))
    const signer: Signer = { address: hotkey as Signer['address'], publicKey: new Uint8Array(32), scheme: 'sr25519', sign }
    const book = new PeerBook(resolveOptions({ signer, profile: 'btauth', maxChannels }))
    const find = (port: number) => book.find({ hotkey, host: '127.0.0.1', port, plaintext: true }) as Peer
    return { book, find }
  }

  test('the channel that was unused longest makes room, however often the last one was found again', () => {
    const { book, find } = bookOf(2)
    const [first, second] = [find(1), find(2)]
    expect(book.claim(first)).toBe(true)
    expect(book.claim(second)).toBe(true)
    find(2)
    find(1)
    find(1)
    expect(book.claim(find(3))).toBe(true)
    expect([first, second].map((peer) => book.holds(peer))).toEqual([true, false])
  })

  test('who is found after another one was given a channel counts as used after it', () => {
    const { book, find } = bookOf(2)
    const [first, second] = [find(1), find(2)]
    expect(book.claim(first)).toBe(true)
    find(1)
    // Found before the other, and given its channel only now.
    expect(book.claim(second)).toBe(true)
    find(1)
    expect(book.claim(find(3))).toBe(true)
    expect([first, second].map((peer) => book.holds(peer))).toEqual([true, false])
  })
})
