import type { RuntimeVersion } from '../runtime/runtime.js'

/** The runtime's version as JSON-RPC shows it. */
export function runtimeVersionToJson(version: RuntimeVersion): Readonly<Record<string, unknown>> {
  return {
    specName: version.specName,
    implName: version.implName,
    authoringVersion: version.authoringVersion,
    specVersion: version.specVersion,
    implVersion: version.implVersion,
    apis: version.apis,
    transactionVersion: version.transactionVersion,
    systemVersion: version.stateVersion,
    stateVersion: version.stateVersion,
  }
}
