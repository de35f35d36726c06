import type { Socket } from 'node:net'

/**
 * Waits for the first byte of a connection, which stays in the socket for whoever takes it over. A peer that leaves without one is never
 * told of.
 */
export function onFirstByte(socket: Socket, listener: (byte: number) => void): void {
  socket.once('readable', () => {
    const bytes: Buffer | null = socket.read()
    const byte = bytes?.[0]
    if (bytes === null || byte === undefined) {
      socket.destroy()
      return
    }
    socket.unshift(bytes)
    listener(byte)
  })
}
