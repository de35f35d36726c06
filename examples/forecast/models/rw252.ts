import { rolling } from './rolling.js'

/** Random walk with the volatility of the last year of trading. */
export const rw252 = rolling(252)
