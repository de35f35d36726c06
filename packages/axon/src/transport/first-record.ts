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
  let bytes: Buffer = Buffer.alloc(0)
  const onReadable = () => {
    const chunk: Buffer | null = socket.read()
    // Its end: the socket closes by itself.
    if (chunk === null) return
    bytes = bytes.length === 0 ? chunk : Buffer.concat([bytes, chunk])
    const length = bytes.length < headerBytes ? maxBytes : bytes.readUInt16BE(3)
    const isHandshake = bytes[0] === handshake && length <= maxBytes
    if (isHandshake && bytes.length < headerBytes + length) return
    socket.off('readable', onReadable)
    socket.unshift(bytes)
    listener(isHandshake)
  }
  socket.on('readable', onReadable)
}
