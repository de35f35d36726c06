import type { RuntimeVersion } from '../../../runtime/runtime.js'

/** The runtime's version as the new JSON-RPC groups show it. */
export function runtimeSpec(version: RuntimeVersion): Readonly<Record<string, unknown>> {
  const { specName, implName, specVersion, implVersion, transactionVersion, apis } = version
  return { specName, implName, specVersion, implVersion, transactionVersion, apis: Object.fromEntries(apis) }
}
