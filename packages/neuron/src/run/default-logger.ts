import type { Logger } from '@tensorkit/core'
import pino from 'pino'

/**
 * The logger of a neuron that was given none: JSON lines on stderr, so that stdout stays the program's own.
 *
 * The level is that of TENSORKIT_LOG_LEVEL (debug, info, warn, error, silent), `info` by default.
 */
export function defaultLogger(name: string): Logger {
  const wanted = process.env.TENSORKIT_LOG_LEVEL ?? 'info'
  const level = ['debug', 'info', 'warn', 'error', 'silent'].includes(wanted) ? wanted : 'info'
  // Written at once: the last lines before an exit are those that matter.
  return pino({ name, level, base: { pid: process.pid } }, pino.destination({ dest: 2, sync: true }))
}
