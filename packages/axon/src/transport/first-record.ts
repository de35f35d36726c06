import type { Socket } from 'node:net'

// The header of a TLS record: its type, a version, and how many bytes follow, within a limit. Source: RFC 8446 §5.1.
const headerBytes = 5
const handshake = 22
const maxBytes = 16 * 1024

/**
 * Waits until the first TLS record of a connection is there as a whole. It stays in the socket for whoever takes that over.
 *
 * @param listener - Told once whether it is that of a handshake; not told of a peer that leaves before it.
 */
export function onFirstRecord(socket: Socket, listener: (isHandshake: boolean) => void): void {
  // Joined at the header and at the end alone: a peer that drips a byte at a time costs no more than its bytes.
  let chunks: Buffer[] = []
  let size = 0
  let recordBytes: number | undefined
  const join = (): Buffer => {
    const joined = chunks.length === 1 ? (chunks[0] as Buffer) : Buffer.concat(chunks)
    chunks = [joined]
    return joined
  }
  const over = (isHandshake: boolean) => {
    socket.off('readable', onReadable)
    socket.unshift(join())
    listener(isHandshake)
  }
  const onReadable = () => {
    const chunk: Buffer | null = socket.read()
    // Its end: the socket closes by itself.
    if (chunk === null) return
    chunks.push(chunk)
    size += chunk.length
    if (recordBytes === undefined) {
      const head = join()
      if (head[0] !== handshake) return over(false)
      if (size < headerBytes) return
      const length = head.readUInt16BE(3)
      if (length > maxBytes) return over(false)
      recordBytes = headerBytes + length
    }
    if (size >= recordBytes) over(true)
  }
  socket.on('readable', onReadable)
}
