import type { TestChain } from './test-chain.js'

/** Calls a runtime API by name, and decodes what it gives by what the metadata says of the result. */
export function callApi(chain: TestChain, api: string, method: string, args: Uint8Array = new Uint8Array()): unknown {
  const { apis } = chain.metadata.asV15
  const output = apis.find(({ name }) => name.toString() === api)?.methods.find(({ name }) => name.toString() === method)?.output
  if (!output) throw new Error(`no ${api}.${method} in the metadata`)
  const type = chain.registry.createLookupType(output)
  return chain.registry.createType(type as 'u8', chain.runtime.call(chain.storage, `${api}_${method}`, args, chain.context())).toJSON()
}
