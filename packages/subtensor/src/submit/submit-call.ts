import { type Signer, TensorKitError, toTensorKitError } from '@tensorkit/core'
import type { ChainCall, ChainEvent, ChainValue, DispatchFailure, SignedExtrinsic, WaitOptions } from '../backend/chain-backend.js'
import { RpcError } from '../backend/rpc-error.js'
import type { ChainClient } from '../chain-client.js'
import { dispatchError } from '../errors/dispatch-error.js'
import { poolError } from '../errors/pool-error.js'
import type { CallOptions, CallResult, FailedCall, IncludedCall, WaitFor } from './call-result.js'
import type { Inclusion } from './inclusion-tracker.js'

const DEFAULT_TIMEOUT_MS = 120_000
const DEFAULT_PERIOD_BLOCKS = 64
/** A nonce can be taken by another process that uses the same key; each attempt asks for a new one. */
const MAX_NONCE_ATTEMPTS = 3
const MAX_SEARCH_BLOCKS = 64

/**
 * Signs a call, sends it and waits for it.
 *
 * Calls of one key are signed and sent one after the other, so that many may be under way at once. The transaction is
 * mortal: when its era ends without it, it is known to be lost.
 *
 * @param client - The connection.
 * @param call - By the chain's own names.
 * @param signer - Who signs, and pays if the call has a fee.
 * @param options - How far and how long to wait.
 * @returns What became of it. Refusals by pool or chain, time-outs and lost connections are values too.
 * @throws CHAIN_INCOMPATIBLE or CORE_INVALID_ARGUMENT if the call cannot be built.
 *
 * Source: JSON-RPC `author_submitExtrinsic`, `system_accountNextIndex`; events `System.ExtrinsicFailed`, `Sudo.Sudid`.
 */
export async function submitCall<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  call: ChainCall,
  signer: Signer,
  options: CallOptions<W> = {},
): Promise<CallResult<W>> {
  const left = timeLeft(options)
  let signed: SignedExtrinsic
  let release: (() => void) | undefined
  try {
    release = await client.tracker.open()
    signed = await client.locks.run(signer.address, () =>
      send(client, call, signer, { periodBlocks: options.periodBlocks ?? DEFAULT_PERIOD_BLOCKS, signal: options.signal }),
    )
  } catch (error) {
    release?.()
    return failed(error)
  }
  client.logger.debug({ call: `${call.pallet}.${call.name}`, hash: signed.hash }, 'Transaction sent')
  return followed(client, signed, { options, left, release })
}

/**
 * Sends an extrinsic that is signed already, and waits for it.
 *
 * @returns As {@link submitCall}; its nonce cannot be changed, so that one that is taken is a failure.
 */
export async function submitSigned<W extends WaitFor = 'inclusion'>(
  client: ChainClient,
  signed: SignedExtrinsic,
  options: CallOptions<W> = {},
): Promise<CallResult<W>> {
  const left = timeLeft(options)
  let release: (() => void) | undefined
  try {
    release = await client.tracker.open()
    await client.backend.submit(signed.hex, { signal: options.signal, timeoutMs: client.timeoutMs })
  } catch (error) {
    release?.()
    return failed(error)
  }
  return followed(client, signed, { options, left, release })
}

function timeLeft({ timeoutMs = DEFAULT_TIMEOUT_MS }: CallOptions<WaitFor>): () => number {
  const deadline = performance.now() + timeoutMs
  return () => Math.max(1, Math.ceil(deadline - performance.now()))
}

/** What became of an extrinsic that was sent, as far as it is waited for. */
async function followed<W extends WaitFor>(
  client: ChainClient,
  signed: SignedExtrinsic,
  { options, left, release }: { readonly options: CallOptions<W>; readonly left: () => number; readonly release: () => void },
): Promise<CallResult<W>> {
  const { hash } = signed
  const included = follow(client, signed, options.waitFor === 'finality', left, options.signal).finally(release)
  // One of the two by `waitFor`, which the compiler cannot follow through the type parameter.
  if (options.waitFor === 'pool')
    return { ok: true, status: 'pooled', hash, inclusion: included } satisfies CallResult<'pool'> as CallResult<W>
  return (await included) as CallResult<W>
}

async function send(
  client: ChainClient,
  call: ChainCall,
  signer: Signer,
  options: { readonly periodBlocks: number } & Pick<WaitOptions, 'signal'>,
): Promise<SignedExtrinsic> {
  const { backend, timeoutMs } = client
  const wait = { signal: options.signal, timeoutMs }
  for (let attempt = 1; ; attempt++) {
    const nonce = await backend.nextNonce(signer.address, wait)
    const signed = await backend.sign(call, signer, { nonce, periodBlocks: options.periodBlocks, ...wait })
    try {
      await backend.submit(signed.hex, wait)
      return signed
    } catch (error) {
      if (!(error instanceof RpcError)) throw error
      const refused = poolError(error)
      const nonceTaken = refused.facts.chainError === 'Pool.Stale' || refused.facts.chainError === 'Pool.TooLowPriority'
      if (!nonceTaken || attempt === MAX_NONCE_ATTEMPTS) throw refused
    }
  }
}

async function follow(
  client: ChainClient,
  signed: SignedExtrinsic,
  finality: boolean,
  left: () => number,
  signal: AbortSignal | undefined,
): Promise<IncludedCall | FailedCall> {
  const { backend, tracker } = client
  const { hash } = signed
  try {
    for (let again = false; ; again = true) {
      // A second time only after a fork: the block may have been looked at before the fork was won.
      const known = again ? await tracker.search(signed.hex, MAX_SEARCH_BLOCKS) : undefined
      const found = known ?? (await tracker.track(signed.hex, { validUntil: signed.validUntil, hash, timeoutMs: left(), signal }))
      const wait = { signal, timeoutMs: Math.min(left(), client.timeoutMs) }
      const events = (await backend.events(found.hash, wait)).filter((event) => event.extrinsicIndex === found.extrinsicIndex)
      const failure = dispatchFailureOf(client, events)
      if (failure) return { ok: false, hash, error: dispatchError(failure, { hash, block: found.number }) }
      if (!finality) return { ok: true, status: 'included', hash, block: found.number, blockHash: found.hash, events }
      if (await finalized(client, found, left, signal)) {
        return { ok: true, status: 'finalized', hash, block: found.number, blockHash: found.hash, events }
      }
      // Its block lost against another one; the pool puts the transaction into a later block.
    }
  } catch (error) {
    return { ...failed(error), hash }
  }
}

/** The dispatch error among a call's events, that of a call by sudo included. */
function dispatchFailureOf(client: ChainClient, events: readonly ChainEvent[]): DispatchFailure | undefined {
  for (const event of events) {
    if (event.pallet === 'System' && event.name === 'ExtrinsicFailed') return client.backend.dispatchFailure(event.data[0])
    if (event.pallet !== 'Sudo' || (event.name !== 'Sudid' && event.name !== 'SudoAsDone')) continue
    const result = event.data[0] as { readonly type?: string; readonly value?: ChainValue } | string
    if (typeof result === 'object' && result.type === 'Err') return client.backend.dispatchFailure(result.value)
  }
  return undefined
}

/** Waits until the block's height is finalised. @returns Whether it is this very block. */
async function finalized(client: ChainClient, block: Inclusion, left: () => number, signal: AbortSignal | undefined): Promise<boolean> {
  const { backend } = client
  let settle: (error?: unknown) => void = () => {}
  const reached = new Promise<void>((resolve, reject) => {
    settle = (error) => (error === undefined ? resolve() : reject(error))
  })
  // Rejections before the await below are not unhandled: this keeps Node from thinking so.
  reached.catch(() => {})
  const timer = setTimeout(
    () => settle(new TensorKitError('CHAIN_TIMEOUT', 'The block was not finalised in time', { facts: { block: block.number } })),
    left(),
  )
  const onAbort = () => settle(new TensorKitError('CORE_ABORTED', 'Waiting for finality was aborted', { facts: { block: block.number } }))
  signal?.addEventListener('abort', onAbort, { once: true })
  const forget = backend.onClosed(settle)
  let unsubscribe: (() => void) | undefined
  try {
    unsubscribe = await backend.onHead('finalized', (head) => {
      if (head.number >= block.number) settle()
    })
    if ((await backend.head('finalized')).number >= block.number) settle()
    if (signal?.aborted) onAbort()
    await reached
    return (await backend.blockHash(block.number)) === block.hash
  } finally {
    unsubscribe?.()
    forget()
    clearTimeout(timer)
    signal?.removeEventListener('abort', onAbort)
  }
}

function failed(error: unknown): FailedCall {
  const known = error instanceof RpcError ? poolError(error) : toTensorKitError(error)
  // What cannot be built is the program's fault, not an outcome.
  if (known.code === 'CHAIN_INCOMPATIBLE' || known.code === 'CORE_INVALID_ARGUMENT' || known.code === 'CORE_INTERNAL') throw known
  return { ok: false, error: known }
}
