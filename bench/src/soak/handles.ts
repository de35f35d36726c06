import { readdirSync } from 'node:fs'
import type { Handles } from './tasks.js'

/** The open handles of this process. */
export function openHandles(): Handles {
  const resources: Record<string, number> = {}
  for (const kind of process.getActiveResourcesInfo()) resources[kind] = (resources[kind] ?? 0) + 1
  let descriptors = 0
  try {
    descriptors = readdirSync('/proc/self/fd').length
  } catch {
    // Not on this system: the resources say the same.
  }
  return { descriptors, resources }
}
