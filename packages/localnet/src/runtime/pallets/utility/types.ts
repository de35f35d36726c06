import { enumeration } from '../../types/compounds.js'
import { typeName } from '../../types/ty.js'
import { accountId, h160 } from '../../types/well-known.js'

const rawOrigin = enumeration(typeName('frame_support::dispatch::RawOrigin', [{ name: 'AccountId', ty: accountId }]), {
  Root: [0],
  Signed: [1, accountId],
  None: [2],
  Authorized: [3],
})
const ethereumOrigin = enumeration('pallet_ethereum::RawOrigin', { EthereumTransaction: [0, h160] })

/** The origin that a call is to have. */
export const originCaller = enumeration('node_subtensor_runtime::OriginCaller', { system: [0, rawOrigin], Ethereum: [21, ethereumOrigin] })
