import { join } from 'node:path'
import type { TensorKitError } from '@tensorkit/core'
import { Child, type LogLine } from './child.js'
import { packageRoot } from './package-root.js'

/** A script of the example's build that runs as a process of its own. */
export type ScriptName = 'chain' | 'miner' | 'validator'

/** How a process is started. */
export interface StartOptions {
  readonly name: string
  readonly script: ScriptName
  readonly args?: readonly string[]
  readonly env?: Readonly<Record<string, string>>
  readonly onLine?: (line: LogLine) => void
}

/** Owns the processes of a run: none outlives it. */
export class Supervisor {
  readonly #logDirectory: string
  readonly #onCrash: (error: TensorKitError) => void
  readonly #children = new Map<string, { readonly child: Child; readonly script: ScriptName }>()

  /** @param onCrash - Told when a process ends unasked. */
  constructor(options: { readonly logDirectory: string; readonly onCrash: (error: TensorKitError) => void }) {
    this.#logDirectory = options.logDirectory
    this.#onCrash = options.onCrash
  }

  /** Starts a process. One that ended may be started again under its name. */
  start({ name, script, args = [], env = {}, onLine }: StartOptions): Child {
    const child = Child.start({
      name,
      script: join(packageRoot(), 'dist', `${script}.js`),
      args,
      env,
      logFile: join(this.#logDirectory, `${name}.log`),
      ...(onLine && { onLine }),
      onCrash: this.#onCrash,
    })
    this.#children.set(name, { child, script })
    return child
  }

  /** Lets all processes of a script drain, side by side. */
  async stop(script: ScriptName): Promise<void> {
    const own = [...this.#children.values()].filter((entry) => entry.script === script)
    await Promise.all(own.map(({ child }) => child.stop()))
  }

  /** Lets everything drain: who calls first, the chain last. */
  async stopAll(): Promise<void> {
    for (const script of ['validator', 'miner', 'chain'] as const) await this.stop(script)
  }
}
