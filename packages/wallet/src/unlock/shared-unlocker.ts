import { UnlockQueue } from './unlocker.js'

/** The process's own queue: what it bounds, 512 MiB for each key, is the process's too. It holds nothing but what is under way. */
export const sharedUnlocker = new UnlockQueue()
