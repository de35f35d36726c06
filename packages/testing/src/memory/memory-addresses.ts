const firstFreePort = 49_152
const maxPort = 65_535

/** Which server has which address of a network in memory. */
export class MemoryAddresses<Server> {
  readonly #servers = new Map<string, Server>()
  #connections = 0

  /** The server at an address. */
  find(host: string, port: number): Server | undefined {
    return this.#servers.get(`${host} ${port}`)
  }

  /** A number for a new connection. */
  nextConnectionId(): number {
    return ++this.#connections
  }

  /** Gives a server its address; port 0 is any free one. @returns Undefined if it is taken. */
  bind({
    host,
    port,
    server,
  }: {
    readonly host: string
    readonly port: number
    readonly server: Server
  }): { readonly port: number; release(): void } | undefined {
    let bound = port
    if (port === 0) {
      for (bound = firstFreePort; this.#servers.has(`${host} ${bound}`); bound++) if (bound === maxPort) return undefined
    }
    const key = `${host} ${bound}`
    if (this.#servers.has(key)) return undefined
    this.#servers.set(key, server)
    return {
      port: bound,
      release: () => {
        if (this.#servers.get(key) === server) this.#servers.delete(key)
      },
    }
  }
}
