import { afterEach, beforeAll } from 'vitest'
import { type AttackedAxon, attackedAxon, type Cast, castOf } from './attacked-axon.js'
import { Http2Caller } from './http2-caller.js'

/** What the tests of floods share: who takes part, and that what was opened is closed after each test, the last first. */
export interface FloodBench {
  /** There once the tests run. */
  readonly cast: Cast
  /** Closes it after the test. */
  keep<T extends { close(): unknown }>(opened: T): T
  /** An axon to attack. */
  attacked(options?: Parameters<typeof attackedAxon>[1], handlers?: Parameters<typeof attackedAxon>[2]): Promise<AttackedAxon>
  /** A caller of it. @param source - Where it connects from. @defaultValue `127.0.0.2`, apart from honest callers. */
  from(target: Pick<AttackedAxon, 'axon'>, source?: string): Http2Caller
}

/** Sets a file of tests up. Call it once, at the top. */
export function floodBench(): FloodBench {
  let cast: Cast | undefined
  const opened: { close(): unknown }[] = []
  beforeAll(async () => {
    cast = await castOf()
  })
  afterEach(async () => {
    for (const one of opened.splice(0).reverse()) await one.close()
  })
  const bench: FloodBench = {
    get cast() {
      if (cast === undefined) throw new Error('there is no cast before the tests run')
      return cast
    },
    keep(one) {
      opened.push(one)
      return one
    },
    async attacked(options, handlers) {
      const target = await attackedAxon(bench.cast, options, handlers)
      bench.keep(target.axon)
      return target
    },
    from: ({ axon }, source = '127.0.0.2') => bench.keep(new Http2Caller(axon.endpoint, { source })),
  }
  return bench
}
