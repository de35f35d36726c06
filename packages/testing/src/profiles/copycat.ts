import type { MinerProfile, ProfiledHandler } from './miner-profile.js'

/** Whom a {@link copycat} copies. */
export interface CopycatVictim {
  /** The victim's handlers, by the names of the methods. */
  readonly handlers: object
}

/** A miner that gives another one's answers as its own. Methods that the victim does not have it answers by itself. */
export function copycat(victim: CopycatVictim): MinerProfile {
  const handlers = victim.handlers as Readonly<Record<string, ProfiledHandler | undefined>>
  return {
    name: 'copycat',
    wrap: (own, { method }) => {
      const copied = handlers[method.name]
      return copied === undefined ? own : (request, context) => copied.call(victim.handlers, request, context)
    },
  }
}
