/** HTTP/2 frames by hand, for what no library would send (RFC 9113). */

export const frameTypes = { data: 0, headers: 1, reset: 3, settings: 4, ping: 6, goaway: 7, windowUpdate: 8, continuation: 9 } as const
export const frameFlags = { endStream: 1, ack: 1, endHeaders: 4 } as const

/** One frame. */
export function frame(
  type: keyof typeof frameTypes,
  payload: Uint8Array,
  { stream = 0, flags = 0 }: { readonly stream?: number; readonly flags?: number } = {},
): Buffer {
  const bytes = Buffer.alloc(9 + payload.length)
  bytes.writeUIntBE(payload.length, 0, 3)
  bytes[3] = frameTypes[type]
  bytes[4] = flags
  bytes.writeUInt32BE(stream, 5)
  bytes.set(payload, 9)
  return bytes
}

/** A payload of SETTINGS. */
export function settingsPayload(settings: readonly (readonly [id: number, value: number])[]): Buffer {
  const payload = Buffer.alloc(6 * settings.length)
  settings.forEach(([id, value], i) => {
    payload.writeUInt16BE(id, 6 * i)
    payload.writeUInt32BE(value, 6 * i + 2)
  })
  return payload
}

/** What a client says first. */
export const preface = (settings: readonly (readonly [id: number, value: number])[] = []): Buffer =>
  Buffer.concat([Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'), frame('settings', settingsPayload(settings))])

/** An integer of HPACK behind so many bits of prefix (RFC 7541, 5.1). */
function hpackInteger(value: number, prefixBits: number, head = 0): number[] {
  const most = 2 ** prefixBits - 1
  if (value < most) return [head | value]
  const bytes = [head | most]
  let rest = value - most
  for (; rest >= 128; rest >>= 7) bytes.push((rest & 127) | 128)
  return [...bytes, rest]
}

const hpackText = (text: string) => Buffer.concat([Buffer.from(hpackInteger(text.length, 7)), Buffer.from(text)])

/** A header in full; `isKept` puts it into the peer's table, as its newest entry, number 62. */
export const hpackLiteral = (name: string, value: string, isKept = false): Buffer =>
  Buffer.concat([Buffer.from([isKept ? 0x40 : 0]), hpackText(name), hpackText(value)])

/** A header that stands in a table, by its number. */
export const hpackIndexed = (index: number): Buffer => Buffer.from(hpackInteger(index, 7, 0x80))

/** The header block of a gRPC call in plain text. */
export const callBlock = (path: string, more: readonly Buffer[] = []): Buffer =>
  Buffer.concat([
    hpackIndexed(3),
    hpackIndexed(6),
    hpackLiteral(':path', path),
    hpackLiteral(':authority', 'axon'),
    hpackLiteral('content-type', 'application/grpc'),
    hpackLiteral('te', 'trailers'),
    ...more,
  ])

/** A frame that a peer sent. */
export interface ReceivedFrame {
  readonly type: number
  readonly flags: number
  readonly stream: number
  readonly payload: Buffer
}

/** The types of the frames in what a peer sent, in their order; what is not whole is left out. */
export function framesOf(received: Buffer): ReceivedFrame[] {
  const frames: ReceivedFrame[] = []
  for (let at = 0; at + 9 <= received.length; ) {
    const length = received.readUIntBE(at, 3)
    if (at + 9 + length > received.length) break
    frames.push({
      type: received[at + 3] as number,
      flags: received[at + 4] as number,
      stream: received.readUInt32BE(at + 5),
      payload: received.subarray(at + 9, at + 9 + length),
    })
    at += 9 + length
  }
  return frames
}

/** The error code with which a peer said goodbye, if it did. */
export function goodbyeOf(received: Buffer): number | undefined {
  const goodbye = framesOf(received).find(({ type }) => type === frameTypes.goaway)
  return goodbye?.payload.readUInt32BE(4)
}

/** Tells of each frame of a peer's when it is whole. @returns What takes the bytes as they come. */
export function frameReader(onFrame: (frame: ReceivedFrame) => void): (part: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  return (part) => {
    rest = Buffer.concat([rest, part])
    const frames = framesOf(rest)
    rest = rest.subarray(frames.reduce((sum, { payload }) => sum + 9 + payload.length, 0))
    for (const one of frames) onFrame(one)
  }
}
