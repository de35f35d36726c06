import type { ReplyMetadata } from '@tensorkit/dendrite'

/** Metadata of a reply, from a plain record. */
export function replyMetadata(values: Readonly<Record<string, string | Uint8Array>> = {}): ReplyMetadata {
  return {
    text: (name) => {
      const value = values[name]
      return typeof value === 'string' ? value : undefined
    },
    bytes: (name) => {
      const value = values[name]
      return value instanceof Uint8Array ? value : undefined
    },
  }
}
