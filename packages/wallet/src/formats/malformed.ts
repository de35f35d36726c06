import { TensorKitError } from '@tensorkit/core'

/** A key file that is refused. It names the file and a field, and never a value: each of them may be a secret. */
export function malformed(file: string, shortMessage: string, field?: string): TensorKitError {
  return new TensorKitError('WALLET_MALFORMED', shortMessage, { facts: { file: file || undefined, field } })
}

/** An account type of newer Bittensor versions. */
export function unsupportedAccount(file: string): TensorKitError {
  return new TensorKitError('CORE_NOT_SUPPORTED', 'The key file is of an account type other than sr25519 and ed25519', {
    facts: { file: file || undefined },
  })
}
