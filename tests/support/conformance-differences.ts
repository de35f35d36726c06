/** What the localnet's metadata has otherwise than mainnet's, on purpose: each item with the reason. */
export const conformanceDifferences: Readonly<Record<string, string>> = {
  'pallet RandomnessCollectiveFlip': 'only contracts draw from it',
  'pallet Grandpa': 'one author finalizes what it seals',
  'pallet Preimage': 'governance is gone; clients of subnets do not read it',
  'pallet Scheduler': 'nothing that clients of subnets read is scheduled',
  'pallet SafeMode': 'a chain of one cannot be paused for safety',
  'pallet Ethereum': 'no EVM',
  'pallet EVM': 'no EVM',
  'pallet EVMChainId': 'no EVM',
  'pallet BaseFee': 'no EVM',
  'pallet Crowdloan': 'subnets are not leased here',
  'pallet Contracts': 'no contracts',
  'pallet LimitOrders': 'switched off on mainnet',
  'methods of EthereumRuntimeRPCApi': 'no EVM; the name and version are there',
  'methods of ConvertTransactionRuntimeApi': 'no EVM; the name and version are there',
  'methods of ContractsApi': 'no contracts; the name and version are there',
}
