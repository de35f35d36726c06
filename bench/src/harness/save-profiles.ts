import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { Pair } from './pairs.js'
import { profileShares } from './profile.js'

/** Does the work under the profiler, if profiles are wanted. @returns The share of each step, by figure. */
export async function saveProfiles(
  { server, client }: Pair,
  options: { readonly run: () => Promise<unknown>; readonly profileDir: string | undefined; readonly name: string; readonly kind: string },
): Promise<Record<string, number>> {
  const { run, profileDir, name, kind } = options
  const figures: Record<string, number> = {}
  if (profileDir === undefined) return figures
  await mkdir(profileDir, { recursive: true })
  const file = (side: string) => join(profileDir, `${name}-${kind}-${side}.cpuprofile`)
  await Promise.all([server.ask('startProfile', undefined), client.ask('startProfile', undefined)])
  await run()
  await Promise.all([server.ask('saveProfile', file('server')), client.ask('saveProfile', file('client'))])
  for (const side of ['server', 'client'] as const) {
    const { steps, functions } = await profileShares(file(side))
    for (const [step, share] of Object.entries(steps)) figures[`${name} ${kind} ${side}: ${step}, % of CPU`] = 100 * share
    for (const [label, share] of functions) figures[`${name} ${kind} ${side}, self: ${label}, % of CPU`] = 100 * share
  }
  return figures
}
