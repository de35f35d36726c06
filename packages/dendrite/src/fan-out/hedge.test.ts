import { signerFromUri } from '@tensorkit/core/crypto'
import { beforeAll, describe, expect, it } from 'vitest'
import { CancelScope } from '../call/cancel-scope.js'
import type { Reply } from '../reply.js'
import type { Target } from '../target.js'
import { runHedged } from './hedge.js'

let a: Target
let b: Target

beforeAll(async () => {
  const [first, second] = await Promise.all(['//A', '//B'].map((uri) => signerFromUri(uri)))
  a = { hotkey: first?.address as Target['hotkey'], host: '10.0.0.1', port: 1 }
  b = { hotkey: second?.address as Target['hotkey'], host: '10.0.0.2', port: 1 }
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
    const good = { ok: true, hotkey: b.hotkey, uid: undefined, value: 'hi', timings: {} } as unknown as Reply<string>
    answer?.(good)
    expect(await hedged).toBe(good)
    expect(asked).toHaveLength(2)
  })
})
