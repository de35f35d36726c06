import { TensorKitError } from '@tensorkit/core'
import type { PasswordRequest, PasswordSource } from './password.js'
import { type PromptHiddenOptions, promptHidden } from './prompt-hidden.js'

/** What {@link promptPasswords} takes. */
export type PromptPasswordsOptions = Pick<PromptHiddenOptions, 'input' | 'output' | 'timeoutMs'>

const whose = ({ key, file }: PasswordRequest) => (file === '' ? `of the ${key}` : `of the ${key} ${file}`)

/**
 * Passwords that a person types, hidden. For a new password it is asked twice.
 *
 * Without a terminal this source has no password: nothing ever hangs.
 *
 * @throws (when asked) CORE_ABORTED for Ctrl-C, CORE_TIMEOUT; CORE_INVALID_ARGUMENT if the two are not the same.
 */
export function promptPasswords(options: PromptPasswordsOptions = {}): PasswordSource {
  const { input = process.stdin } = options
  return async (request) => {
    if (!input.isTTY) return undefined
    const { signal } = request
    const ask = (question: string) => promptHidden({ ...options, input, question, ...(signal && { signal }) })
    if (request.purpose === 'unlock') return ask(`Password ${whose(request)}: `)
    const password = await ask(`New password ${whose(request)}: `)
    const again = await ask('The same again: ')
    const isSame = Buffer.compare(password, again) === 0
    again.fill(0)
    if (isSame) return password
    password.fill(0)
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The two passwords are not the same')
  }
}
