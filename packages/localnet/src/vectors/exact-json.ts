/** A JSON value whose integers beyond 2^53 are bigints. */
export type ExactJson = null | boolean | number | bigint | string | readonly ExactJson[] | { readonly [key: string]: ExactJson }

// A string or a number token; strings first, so that digits inside them stay as they are.
const TOKEN = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?/g
const MARK = '\u0000bigint:'

/**
 * Parses JSON without losing digits of large integers, which JSON.parse rounds.
 *
 * @throws SyntaxError as JSON.parse does.
 */
export function parseExactJson(text: string): ExactJson {
  const marked = text.replace(TOKEN, (token) => {
    const large = /^-?\d+$/.test(token) && !Number.isSafeInteger(Number(token))
    return large ? JSON.stringify(MARK + token) : token
  })
  return JSON.parse(marked, (_key, value: unknown) =>
    typeof value === 'string' && value.startsWith(MARK) ? BigInt(value.slice(MARK.length)) : value,
  ) as ExactJson
}
