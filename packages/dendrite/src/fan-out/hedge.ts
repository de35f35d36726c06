import { TensorKitError } from '@tensorkit/core'
import type { CancelScope } from '../call/cancel-scope.js'
import type { Reply } from '../reply.js'
import type { Target } from '../target.js'

/** What {@link runHedged} is given. */
export interface HedgeRun<Value> {
  readonly targets: Iterable<Target>
  readonly delayMs: number
  /** Targets asked at most. */
  readonly max: number
  /** Never rejects. */
  readonly run: (target: Target) => Promise<Reply<Value>>
  readonly cancel: CancelScope
  /** Whether the time of the whole is over. */
  readonly isLate: () => boolean
}

/** Targets passed over in a row, since they were asked already. */
const maxSkipped = 65_536

/** Asks one target after the other until one answers well. @returns The first good reply, or the last bad one. */
export function runHedged<Value>({ targets, delayMs, max, run, cancel, isLate }: HedgeRun<Value>): Promise<Reply<Value>> {
  const iterator = targets[Symbol.iterator]()
  const asked = new Set<string>()
  const nextTarget = (): Target | undefined => {
    if (asked.size >= max || cancel.isCancelled || (asked.size > 0 && isLate())) return undefined
    // One that names the same targets for ever is at its end, too.
    for (let skipped = 0; skipped < maxSkipped; skipped++) {
      const next = iterator.next()
      if (next.done === true) return undefined
      // Twice to one miner is no hedge, and would let it see that it is asked again.
      if (asked.has(next.value.hotkey)) continue
      asked.add(next.value.hotkey)
      return next.value
    }
    return undefined
  }
  return new Promise((resolve, reject) => {
    let running = 0
    let isOver = false
    let timer: NodeJS.Timeout | undefined
    const fail = (error: unknown) => {
      isOver = true
      clearTimeout(timer)
      reject(error)
    }
    const ask = (): boolean => {
      clearTimeout(timer)
      let target: Target | undefined
      try {
        target = nextTarget()
      } catch (error) {
        // The user's own iterator threw.
        fail(error)
        return true
      }
      if (target === undefined) return false
      running++
      if (asked.size < max) timer = setTimeout(ask, delayMs)
      void run(target).then((reply) => {
        running--
        if (isOver) return
        if (!reply.ok && (ask() || running > 0)) return
        isOver = true
        clearTimeout(timer)
        resolve(reply)
      }, fail)
      return true
    }
    if (!ask()) reject(new TensorKitError('CORE_INVALID_ARGUMENT', 'There is no target to ask'))
  })
}
