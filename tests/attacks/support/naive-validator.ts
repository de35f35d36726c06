import { connect } from 'node:http2'

/** A validator as it is written in an afternoon: it asks over HTTP/2, with no bound and no check of what comes. */
export interface NaiveValidator {
  /** Asks one miner over plain text. Resolves with all bytes once the stream is over, however it ended. */
  ask(port: number, path: string, body: Uint8Array): Promise<Buffer>
  /** Sends messages as fast as it makes them. @returns How many bytes wait in this process to go out. */
  pour(port: number, path: string, message: Uint8Array, count: number): Promise<number>
  /** Bytes of replies that it holds. */
  held(): number
  close(): Promise<void>
}

export function naiveValidator(): NaiveValidator {
  const sessions = new Set<ReturnType<typeof connect>>()
  let held = 0
  const start = (port: number, path: string) => {
    const session = connect(`http://127.0.0.1:${port}`)
    session.on('error', () => {})
    sessions.add(session)
    const stream = session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/grpc', te: 'trailers' })
    stream.on('error', () => {})
    return stream
  }
  return {
    ask: (port, path, body) =>
      new Promise((resolve) => {
        const stream = start(port, path)
        const chunks: Buffer[] = []
        stream.on('data', (chunk: Buffer) => {
          chunks.push(chunk)
          held += chunk.length
        })
        stream.on('close', () => resolve(Buffer.concat(chunks)))
        stream.end(body)
      }),
    pour: async (port, path, message, count) => {
      const stream = start(port, path)
      for (let i = 0; i < count; i++) {
        stream.write(message)
        // Whatever has answered or not: it goes on.
        if (i % 16 === 0) await new Promise((resolve) => setImmediate(resolve))
      }
      return stream.writableLength
    },
    held: () => held,
    close: async () => {
      for (const session of sessions) session.destroy()
    },
  }
}
