import { rolling } from './rolling.js'

/** Random walk with the volatility of the last quarter of trading. */
export const rw63 = rolling(63)
