// An attacker, in a process of its own: `attacker.js`.
import type { AttackCount, AttackTarget } from './attacks/attack.js'
import { attacks } from './attacks/attacks.js'
import { answerQuestions, type Tasks } from './harness/child.js'

let running: { readonly stop: AbortController; readonly done: Promise<void>; readonly count: AttackCount } | undefined

/** What an attacker can be asked. */
export interface AttackerTasks extends Tasks {
  start(argument: { readonly attack: string; readonly target: AttackTarget }): void
  /** Ends the attack. @returns What it did. */
  stop(argument: undefined): Promise<AttackCount>
}

const tasks: AttackerTasks = {
  start({ attack: name, target }) {
    const attack = attacks.find((one) => one.name === name)
    if (attack === undefined) throw new Error(`there is no attack ${name}`)
    const count = { attempts: 0, reached: 0 }
    const stop = new AbortController()
    running = { stop, count, done: attack.run(target, { signal: stop.signal, count }) }
  },
  async stop() {
    if (running === undefined) throw new Error('no attack runs')
    const { stop, done, count } = running
    running = undefined
    stop.abort()
    await done
    return count
  },
}

answerQuestions(tasks)
