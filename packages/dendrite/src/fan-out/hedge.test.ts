import type { Ss58Address } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { CancelScope } from '../call/cancel-scope.js'
import type { Reply } from '../reply.js'
import type { Target } from '../target.js'
import { runHedged } from './hedge.js'

let a: Target
let b: Target
let hotkeyOfB: Ss58Address

beforeAll(async () => {
  a = { hotkey: (await signerFromUri('//A')).address, host: '10.0.0.1', port: 1 }
  hotkeyOfB = (await signerFromUri('//B')).address
  b = { hotkey: hotkeyOfB, host: '10.0.0.2', port: 1 }
})

const never = () => new Promise<Reply<string>>(() => {})
const base = { delayMs: 1, max: 8, cancel: new CancelScope(), isLate: () => false }

describe('targets of a hedged call', () => {
  it('that throw later reject the call, and nothing else', async () => {
    const broken = (function* () {
      yield a
      throw new Error('No second target')
    })()
    await expect(runHedged({ ...base, targets: broken, run: never })).rejects.toThrow('No second target')
  })

  it('that throw at once reject it too', async () => {
    const broken: Iterable<Target> = {
      [Symbol.iterator]: () => ({
        next: () => {
          throw new Error('No target')
        },
      }),
    }
    await expect(runHedged({ ...base, targets: broken, run: never })).rejects.toThrow('No target')
  })

  it('that go round for ever are asked once each', async () => {
    const round = (function* () {
      for (;;) yield* [a, b]
    })()
    const asked: string[] = []
    let answer: ((reply: Reply<string>) => void) | undefined
    const hedged = runHedged<string>({
      ...base,
      targets: round,
      run: ({ hotkey }) => {
        asked.push(hotkey)
        return new Promise((resolve) => {
          answer = resolve
        })
      },
    })
    await expect.poll(() => asked).toEqual([a.hotkey, b.hotkey])
    const timings = { queueMs: 0, connectMs: 0, firstByteMs: 1, callMs: 1, totalMs: 1 }
    const good: Reply<string> = { ok: true, hotkey: hotkeyOfB, uid: undefined, value: 'hi', timings }
    answer?.(good)
    expect(await hedged).toBe(good)
    expect(asked).toHaveLength(2)
  })
})
