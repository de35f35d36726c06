/** The bytes of hex digits, with or without 0x; undefined if it is none. */
export const hexBytes = (text: string): Uint8Array | undefined => {
  const digits = text.startsWith('0x') ? text.slice(2) : text
  return /^(?:[0-9a-fA-F]{2})+$/.test(digits) ? Uint8Array.from(Buffer.from(digits, 'hex')) : undefined
}
