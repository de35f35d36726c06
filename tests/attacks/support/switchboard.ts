import { type AddressInfo, connect, createServer, type Socket } from 'node:net'

/**
 * A port whose connections go where the attacker wants them, the first to one place and the next to another; he reads what goes by.
 *
 * @param route - The port that the n-th connection goes to, from 1.
 */
export async function openSwitchboard(route: (n: number) => number) {
  const sockets = new Set<Socket>()
  const read: Buffer[] = []
  let connections = 0
  const server = createServer((socket) => {
    const onward = connect(route(++connections), '127.0.0.1')
    for (const [from, to] of [
      [socket, onward],
      [onward, socket],
    ] as const) {
      sockets.add(from)
      from.on('error', () => to.destroy())
      from.on('close', () => to.destroy())
      from.on('data', (chunk: Buffer) => read.push(chunk))
      from.pipe(to)
    }
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    /** All bytes that went by, either way. */
    read: () => Buffer.concat(read),
    close: () => {
      for (const socket of sockets) socket.destroy()
      server.close()
    },
  }
}
