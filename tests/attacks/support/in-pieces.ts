import { Duplex } from 'node:stream'
import { setImmediate as nextTurn } from 'node:timers/promises'

const pieceBytes = 2_048

/**
 * A connection that gives what comes a little at a time, the next when the answers to the last are written: a server behind it never has many
 * answers waiting, however many are asked for at once.
 */
export function inPieces(socket: Duplex): Duplex {
  let unwritten = 0
  const pieces: Buffer[] = []
  let isPumping = false
  const slow = new Duplex({
    read() {},
    write(part: Buffer, _, done) {
      unwritten++
      socket.write(part, (error) => {
        unwritten--
        done(error)
      })
    },
    final(done) {
      socket.end(done)
    },
    destroy(error, done) {
      socket.destroy()
      done(error)
    },
  })
  const pump = async () => {
    isPumping = true
    for (let piece = pieces.shift(); piece !== undefined && !slow.destroyed; piece = pieces.shift()) {
      slow.push(piece)
      // It is read in one turn, and answered in the next.
      for (let turn = 0; turn < 3 || (unwritten > 0 && !slow.destroyed); turn++) await nextTurn()
    }
    isPumping = false
  }
  socket.on('data', (part: Buffer) => {
    for (let at = 0; at < part.length; at += pieceBytes) pieces.push(part.subarray(at, at + pieceBytes))
    if (!isPumping) void pump()
  })
  socket.once('close', () => slow.destroy())
  return slow
}
