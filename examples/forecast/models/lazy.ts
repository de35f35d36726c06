import type { Model } from './model.js'

/** Looks at nothing: always the same answer. */
export const lazy: Model = () => () => ({ mean: 0, stddev: 0.01 })
