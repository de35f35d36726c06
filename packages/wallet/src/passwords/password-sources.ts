import type { PasswordSource } from './password.js'

/**
 * Several sources as one: each is asked in turn until one has a password.
 *
 * @example
 * ```ts
 * const password = passwordSources(environmentPasswords(), promptPasswords())
 * ```
 */
export function passwordSources(...sources: readonly PasswordSource[]): PasswordSource {
  return async (request) => {
    for (const source of sources) {
      const password = await source(request)
      if (password !== undefined && password.length > 0) return password
    }
    return undefined
  }
}
