import type { RuntimeApi } from '../framework/runtime-api.js'

/** The EVM's and the contracts' APIs: there by name and version, as clients probe for them. Their methods are not declared, and refused. */
export const undeclaredApis: readonly RuntimeApi[] = [
  { name: 'EthereumRuntimeRPCApi', version: 6, methods: {} },
  { name: 'ConvertTransactionRuntimeApi', version: 2, methods: {} },
  { name: 'ContractsApi', version: 2, methods: {} },
]
