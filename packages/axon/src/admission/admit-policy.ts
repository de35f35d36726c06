import { type NeuronEntry, type Tao, TensorKitError } from '@tensorkit/core'
import { type Refusal, refusals } from '../refusal.js'

/** A call as the subnet's own hook sees it: proved, and not read yet. */
export interface AdmitRequest {
  /** The caller, as the directory has it now. */
  readonly caller: NeuronEntry
  /** The method's path: `/package.Service/Method`. */
  readonly path: string
  /** Aborted when the caller goes away or the deadline passes. */
  readonly signal: AbortSignal
}

/** Decides on one proved call. Anything but `true`, an exception included, refuses it. */
export type AdmitHook = (request: AdmitRequest) => boolean | Promise<boolean>

/** Who may call. Being registered on the subnet is demanded in any case. */
export interface AdmitPolicy {
  /** Whether callers must have a validator permit. @defaultValue false */
  readonly validatorPermit?: boolean
  /** The least total stake of a caller: `tao(1000)`, or a bigint in rao. @defaultValue 0n */
  readonly minStake?: Tao | bigint
  /** The subnet's own rule, asked last. */
  readonly hook?: AdmitHook
}

/** An {@link AdmitPolicy}, complete and checked. */
export interface ResolvedPolicy {
  readonly validatorPermit: boolean
  readonly minStakeRao: bigint
  readonly hook: AdmitHook | undefined
}

/** Checks a policy. @throws CORE_INVALID_ARGUMENT for anything that is not one: a typing error must not open the axon. */
export function resolvePolicy(given: AdmitPolicy | AdmitHook = {}): ResolvedPolicy {
  const { validatorPermit = false, minStake = 0n, hook, ...unknown } = typeof given === 'function' ? { hook: given } : given
  const minStakeRao = typeof minStake === 'bigint' ? minStake : minStake.unit === 'TAO' ? minStake.rao : undefined
  const [stray] = Object.keys(unknown)
  if (stray !== undefined) throw new TensorKitError('CORE_INVALID_ARGUMENT', `There is no rule of admission named ${stray}`)
  if (typeof validatorPermit !== 'boolean') throw new TensorKitError('CORE_INVALID_ARGUMENT', 'validatorPermit must be a boolean')
  if (typeof minStakeRao !== 'bigint')
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'minStake must be an amount of TAO, or a bigint in rao')
  if (hook !== undefined && typeof hook !== 'function')
    throw new TensorKitError('CORE_INVALID_ARGUMENT', 'The hook of an admission policy must be a function')
  return { validatorPermit, minStakeRao, hook }
}

/** Holds a caller against permit and stake. No I/O. @returns What it lacks, or undefined. */
export function lackOf(
  caller: NeuronEntry,
  policy: Pick<ResolvedPolicy, 'validatorPermit' | 'minStakeRao'>,
): 'permit' | 'stake' | undefined {
  if (policy.validatorPermit && !caller.validatorPermit) return 'permit'
  // Written so that a stake that is no number lacks.
  return caller.stake >= policy.minStakeRao ? undefined : 'stake'
}

/**
 * Asks the subnet's hook.
 *
 * @returns Why the call is refused, or undefined; at once if the hook answers at once. A hook that takes too long refuses.
 */
export function askHook(hook: AdmitHook, request: AdmitRequest, timeoutMs: number): Refusal | undefined | Promise<Refusal | undefined> {
  try {
    const answer: unknown = hook(request)
    return isThenable(answer) ? within(Promise.resolve(answer), timeoutMs) : verdict(answer)
  } catch {
    return refusals.hookFailed
  }
}

const isThenable = (answer: unknown): answer is PromiseLike<unknown> => typeof answer === 'object' && answer !== null && 'then' in answer

const verdict = (answer: unknown): Refusal | undefined => (answer === true ? undefined : refusals.hookRefused)

async function within(answer: Promise<unknown>, timeoutMs: number): Promise<Refusal | undefined> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<Refusal>((resolve) => {
    timer = setTimeout(() => resolve(refusals.hookTimeout), timeoutMs)
  })
  try {
    return await Promise.race([answer.then(verdict), late])
  } catch {
    return refusals.hookFailed
  } finally {
    clearTimeout(timer)
  }
}
