import type { KeyInTheMaking } from './derive-key.js'

/** Work for the queue out of one of Node's own asynchronous derivations, which nothing can interrupt. Wipes the password. */
export function poolKey(password: Uint8Array, derive: (password: Uint8Array) => Promise<Buffer>) {
  const own = Uint8Array.from(password)
  password.fill(0)
  const discard = () => void own.fill(0)
  const start = (): KeyInTheMaking => {
    const key = derive(own)
      .then((bytes) => {
        const copy = Uint8Array.from(bytes)
        bytes.fill(0)
        return copy
      })
      .finally(discard)
    const ended = key.then(
      () => {},
      () => {},
    )
    return { key, ended, stop: () => {} }
  }
  return { start, discard }
}
