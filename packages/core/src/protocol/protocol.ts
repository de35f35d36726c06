import type { Method } from './methods.js'
import type { ProtocolSchema } from './schema.js'

/** What every protocol has beside its methods; `$` keeps it apart from them. */
export interface Protocol {
  /** The full name of the service, such as `forecast.v1.Forecaster`. */
  readonly $service: string
  /** sha256 over the text of {@link emitProto}, 64 lower-case hex digits: equal for equal protocols. */
  readonly $hash: string
  /** All methods, in the order of their definition. */
  readonly $methods: readonly Method[]
  /** The protocol as a `.proto` file has it. */
  readonly $schema: ProtocolSchema
}
