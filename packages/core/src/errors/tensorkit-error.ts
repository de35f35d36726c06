import { type ErrorCode, errorCodes } from './codes.js'

// A registered symbol, because `instanceof` fails between the ESM and the CJS build of this package.
const brand = Symbol.for('tensorkit.error')

/** What a {@link TensorKitError} is made of. */
export interface TensorKitErrorOptions {
  /** What went wrong beneath, if anything did. Never a secret. */
  readonly cause?: unknown
  /** Facts, shown one a line below the short message. Never a secret. Undefined values are left out. */
  readonly facts?: Readonly<Record<string, string | number | bigint | boolean | undefined>>
  /** What to do about it, where more specific than the code's own remedy. */
  readonly remedy?: string
  /** Whether the same call can succeed later, where it differs from the code's own. */
  readonly retryable?: boolean
}

/**
 * The one error class of TensorKit.
 *
 * The message says what happened, then facts one a line, then what to do. Test with {@link TensorKitError.isInstance}
 * or by `code`, never with `instanceof`, which fails between module formats.
 *
 * @example
 * ```ts
 * try {
 *   await wallet.open()
 * } catch (error) {
 *   if (TensorKitError.isInstance(error) && error.code === 'WALLET_NOT_FOUND') create()
 * }
 * ```
 */
export class TensorKitError extends Error {
  /** One of the closed list of codes. */
  readonly code: ErrorCode
  /** What happened, in one line without facts. */
  readonly shortMessage: string
  /** The facts that the message lists. */
  readonly facts: Readonly<Record<string, string | number | bigint | boolean>>
  /** What to do about it. */
  readonly remedy: string
  /** Whether the same call can succeed later without a change by the user. */
  readonly retryable: boolean
  /** Where the code is explained: a reference relative to the root of TensorKit's repository, as there is no site yet. */
  readonly docsUrl: string

  constructor(code: ErrorCode, shortMessage: string, options: TensorKitErrorOptions = {}) {
    const facts = Object.fromEntries(
      Object.entries(options.facts ?? {}).filter((fact): fact is [string, string | number | bigint | boolean] => fact[1] !== undefined),
    )
    const remedy = options.remedy ?? errorCodes[code].remedy
    const lines = [shortMessage, ...Object.entries(facts).map(([name, value]) => `  ${name}: ${oneLine(value)}`), remedy]
    super(lines.join('\n'), options.cause === undefined ? undefined : { cause: options.cause })
    this.name = 'TensorKitError'
    this.code = code
    this.shortMessage = shortMessage
    this.facts = facts
    this.remedy = remedy
    this.retryable = options.retryable ?? errorCodes[code].retryable
    this.docsUrl = `docs/errors.md#${code.toLowerCase().replaceAll('_', '-')}`
    Object.defineProperty(this, brand, { value: true, enumerable: false })
  }

  /** Whether a value is a TensorKitError of any build of this package. */
  static isInstance(value: unknown): value is TensorKitError {
    return typeof value === 'object' && value !== null && (value as Record<symbol, unknown>)[brand] === true
  }

  /** The error as JSON has it: bigint as decimal text, without the stack and the cause, which may hold anything. */
  toJSON(): Readonly<Record<string, unknown>> {
    const { name, code, shortMessage, remedy, retryable, docsUrl } = this
    const facts = Object.fromEntries(
      Object.entries(this.facts).map(([fact, value]) => [fact, typeof value === 'bigint' ? value.toString() : value]),
    )
    return { name, code, shortMessage, facts, remedy, retryable, docsUrl }
  }

  /**
   * Walks this error and its causes, outermost first.
   *
   * @param predicate - Which error to look for; without it the innermost one is returned.
   * @returns The first match, or undefined.
   */
  walk(predicate?: (error: unknown) => boolean): unknown {
    let current: unknown = this
    // Bounded, because a cause chain of foreign errors may be a ring.
    for (let depth = 0; depth < 32; depth++) {
      if (predicate?.(current)) return current
      const next = current instanceof Error || TensorKitError.isInstance(current) ? current.cause : undefined
      if (next === undefined) return predicate ? undefined : current
      current = next
    }
    return undefined
  }
}

const maxFactLength = 500

/** A fact on one line: what a peer sent must not pass for another fact, or reach a terminal as a command. */
function oneLine(value: string | number | bigint | boolean): string {
  const text = String(value)
  const shown = text.length > maxFactLength ? `${text.slice(0, maxFactLength)}…` : text
  return shown.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Bidi_C}]/gu, (character) => `\\u{${character.codePointAt(0)?.toString(16)}}`)
}
