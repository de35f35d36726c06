/**
 * Every code that a {@link TensorKitError} can carry, with what a user should do about it.
 *
 * The list is closed: an error without an entry here does not compile. `retryable` says whether the same call can
 * succeed later without a change by the user.
 */
export const errorCodes = {
  // core
  CORE_INVALID_ARGUMENT: { retryable: false, remedy: 'Correct the argument that the message names.' },
  CORE_UNIT_MISMATCH: { retryable: false, remedy: 'Convert explicitly: TAO and the alpha of each subnet are different units.' },
  CORE_ADDRESS_INVALID: { retryable: false, remedy: 'Give an SS58 address with prefix 42, such as those that start with 5.' },
  CORE_NOT_SUPPORTED: {
    retryable: false,
    remedy: 'This version of TensorKit does not do that yet; see the package README for what it does.',
  },
  CORE_ABORTED: { retryable: false, remedy: 'The caller aborted the operation; nothing needs to be done.' },
  CORE_TIMEOUT: { retryable: true, remedy: 'Try again, or give a longer timeoutMs.' },
  CORE_CLOSED: { retryable: false, remedy: 'The object was closed; create a new one.' },
  CORE_BUSY: { retryable: true, remedy: 'Too much work waits already: call less often, or allow a longer queue or more threads.' },
  CORE_NOT_READY: { retryable: false, remedy: 'Await initCrypto() of @tensorkit/core/crypto once, before this call.' },
  CORE_INTERNAL: { retryable: false, remedy: 'This is a defect of TensorKit; please report it with the whole error.' },
  // protocol and tensors
  PROTOCOL_INVALID: { retryable: false, remedy: 'Correct the protocol definition; the message names the field.' },
  PROTOCOL_DECODE_FAILED: { retryable: false, remedy: 'Both sides must use the same protocol; compare them with emitProto().' },
  PROTOCOL_ENCODE_FAILED: { retryable: false, remedy: 'Give a value that fits the schema; the message names the field.' },
  PROTOCOL_MISMATCH: { retryable: false, remedy: 'Caller and server must agree on the protocol; update the older side.' },
  TENSOR_INVALID: { retryable: false, remedy: 'Shape times item size must equal the data length; rank is at most 8.' },
  // authentication
  AUTH_MALFORMED: { retryable: false, remedy: 'Send all signed fields in the form that the wire-format page gives.' },
  AUTH_WRONG_RECEIVER: { retryable: false, remedy: 'Sign for the hotkey of the axon that is called.' },
  AUTH_WRONG_DOMAIN: { retryable: false, remedy: 'Both sides must be on the same network and subnet: compare genesis hash and netuid.' },
  AUTH_WRONG_TLS_KEY: { retryable: false, remedy: 'Sign for the TLS key of the listener that is called; a relay in between has another.' },
  AUTH_STALE: { retryable: true, remedy: 'Set the clock of this machine by NTP; requests live 10 s, and may be 2 s ahead.' },
  AUTH_MISMATCH: { retryable: false, remedy: 'The signed text is about something else than what was expected; do not trust it.' },
  AUTH_SIGNATURE_INVALID: { retryable: false, remedy: 'Sign the exact bytes with the key of the claimed hotkey.' },
  AUTH_REPLAYED: { retryable: false, remedy: 'Use a fresh nonce for every attempt.' },
  AUTH_UNAVAILABLE: { retryable: true, remedy: 'The replay store is full or not reachable: give it more room, or repair it.' },
  // wallet
  WALLET_NOT_FOUND: { retryable: false, remedy: 'Create it with `tensorkit wallet create`, or correct the name or path.' },
  WALLET_EXISTS: { retryable: false, remedy: 'Choose another name; TensorKit never overwrites a key.' },
  WALLET_MALFORMED: { retryable: false, remedy: 'Restore the key file from a backup or from its mnemonic.' },
  WALLET_ENCRYPTED: {
    retryable: false,
    remedy: 'Give its password: as `password`, or in BT_WALLET_PASSWORD, or in the file that BT_WALLET_PASSWORD_FILE names.',
  },
  WALLET_BAD_PASSWORD: { retryable: false, remedy: 'Give the password that the key was encrypted with.' },
  WALLET_LOCKED: { retryable: true, remedy: 'Another process writes to this wallet: wait until it is done, then try again.' },
  WALLET_UNLOCK_FAILED: { retryable: true, remedy: 'Unlocking takes 512 MiB of memory and a worker thread: free some, then try again.' },
  WALLET_NO_SUCH_SECRET: { retryable: false, remedy: 'The key file does not hold its secret in this form: ask for another one.' },
  WALLET_UNSAFE_FILE: { retryable: false, remedy: 'Make the file a regular file that only you can read (chmod 600).' },
  WALLET_IO: { retryable: false, remedy: 'Check permissions and free space of the wallet directory.' },
  WALLET_BAD_MNEMONIC: { retryable: false, remedy: 'Check the words and their order; a mnemonic has 12, 15, 18, 21 or 24 words.' },
  WALLET_SIGN_REFUSED: { retryable: false, remedy: 'This signer does not sign such a message; see what it was allowed to sign.' },
  WALLET_AGENT_UNREACHABLE: { retryable: true, remedy: 'Start the signing agent, or correct the path of its socket.' },
  WALLET_AGENT_FAILED: { retryable: true, remedy: 'The signing agent failed or was stopped; its own log says why.' },
  WALLET_AGENT_LISTEN_FAILED: { retryable: false, remedy: 'Check the path of the socket, and who may use its directory.' },
  // chain
  CHAIN_UNREACHABLE: { retryable: true, remedy: 'Check the endpoint and that the node runs.' },
  CHAIN_TIMEOUT: { retryable: true, remedy: 'The node did not answer in time; try again or give a longer timeoutMs.' },
  CHAIN_DISCONNECTED: { retryable: true, remedy: 'The connection was lost; the client reconnects, try again.' },
  CHAIN_NOT_FOUND: { retryable: false, remedy: 'Check the netuid, the hotkey and the block.' },
  CHAIN_INCOMPATIBLE: { retryable: false, remedy: 'The runtime lacks what this call needs; update TensorKit or the node.' },
  CHAIN_POOL_REJECTED: { retryable: false, remedy: 'The transaction pool refused the call; see the name of the reason.' },
  CHAIN_DISPATCH_FAILED: { retryable: false, remedy: 'The call was included but failed; see the name of the error.' },
  CHAIN_RATE_LIMITED: { retryable: true, remedy: 'Wait the number of blocks that the rate limit names.' },
  CHAIN_NOT_REGISTERED: { retryable: false, remedy: 'Register the hotkey on the subnet first.' },
  CHAIN_INSUFFICIENT_BALANCE: { retryable: false, remedy: 'Fund the coldkey.' },
  CHAIN_NO_PERMIT: { retryable: true, remedy: 'A validator permit appears at an epoch, once the stake is among the highest.' },
  CHAIN_COMMIT_REVEAL: { retryable: false, remedy: 'The subnet has commit-reveal switched on; plain set_weights does not work there.' },
  CHAIN_BUSY: { retryable: true, remedy: 'Wait for calls in flight before making more.' },
  CHAIN_TRANSACTION_LOST: {
    retryable: true,
    remedy: 'The transaction was not included while it was valid: look at the chain, then send it again.',
  },
  CHAIN_NOT_AUTHORIZED: {
    retryable: false,
    remedy: 'Sign with the key that may do this: the owner of the subnet, the coldkey of the hotkey, or the root key.',
  },
  CHAIN_ALREADY_DONE: { retryable: false, remedy: 'The chain is in that state already; nothing needs to be done.' },
  CHAIN_DISABLED: { retryable: false, remedy: 'The chain or the subnet has switched this off.' },
  CHAIN_TOO_EARLY: { retryable: true, remedy: 'Wait for the block or epoch that the message names.' },
  CHAIN_INVALID_VALUE: { retryable: false, remedy: 'Give a value within the limits of the chain.' },
  CHAIN_INSUFFICIENT_STAKE: { retryable: false, remedy: 'Stake more on the hotkey, or ask for less.' },
  CHAIN_INSUFFICIENT_LIQUIDITY: { retryable: true, remedy: 'Trade a smaller amount, or accept a worse price.' },
  CHAIN_LIMIT_REACHED: { retryable: false, remedy: 'The chain has no room for more; free some, or use another subnet.' },
  // axon
  AXON_ADDRESS_IN_USE: { retryable: false, remedy: 'Another process uses the port: stop it or choose another port.' },
  AXON_LISTEN_FAILED: { retryable: false, remedy: 'Check host and port.' },
  AXON_INSECURE_REFUSED: { retryable: false, remedy: 'Plain text needs `insecure: true`, or a loopback host.' },
  AXON_NOT_REGISTERED: { retryable: false, remedy: 'The hotkey of this axon is not in the directory: register it first.' },
  AXON_UNIMPLEMENTED: { retryable: false, remedy: 'Implement the method, or call another one.' },
  AXON_DRAINING: { retryable: true, remedy: 'The axon is shutting down; call another one or try later.' },
  AXON_HANDLER_FAILED: { retryable: false, remedy: 'The handler threw, or its answer does not fit the protocol; the cause says where.' },
  AXON_REFUSED: { retryable: false, remedy: 'The call was not admitted; the log of the axon has the reason.' },
  AXON_TLS_KEY_INVALID: { retryable: false, remedy: 'Give a P-256 private key in PEM, or move the file away: a new one is made then.' },
  AXON_TLS_KEY_UNSAFE: { retryable: false, remedy: 'Make the file a regular file of your own that only you can read (chmod 600).' },
  AXON_TLS_KEY_IO: { retryable: false, remedy: 'Check permissions and free space of the directory of the key file.' },
  AXON_WORKER_FAILED: { retryable: false, remedy: 'The worker thread of a handler failed or was ended; the cause says why.' },
  // dendrite
  DENDRITE_TIMEOUT: { retryable: true, remedy: 'The peer did not answer before the deadline.' },
  DENDRITE_UNREACHABLE: { retryable: true, remedy: 'The peer could not be reached.' },
  DENDRITE_UNAUTHENTICATED: { retryable: false, remedy: 'The axon refused the credentials: check clock, hotkey and receiver.' },
  DENDRITE_DENIED: { retryable: false, remedy: 'The axon knows the caller but refuses it: permit and stake decide.' },
  DENDRITE_EXHAUSTED: { retryable: true, remedy: 'The axon is at its limit; call less often.' },
  DENDRITE_UNAVAILABLE: { retryable: true, remedy: 'The axon is draining or not ready.' },
  DENDRITE_UNIMPLEMENTED: { retryable: false, remedy: 'The axon does not serve this method: compare protocols.' },
  DENDRITE_BAD_REPLY: { retryable: false, remedy: 'The reply does not fit the protocol; score the miner accordingly.' },
  DENDRITE_REMOTE_ERROR: { retryable: false, remedy: 'The handler of the peer failed.' },
  DENDRITE_ADDRESS_REFUSED: {
    retryable: false,
    remedy: 'Addresses from the chain must be globally routable, unless allowPrivateAddresses is set.',
  },
  DENDRITE_INSECURE_REFUSED: {
    retryable: false,
    remedy: 'Plain text needs `insecure: true`, or a loopback literal from your own configuration.',
  },
  DENDRITE_UNPROVED: {
    retryable: false,
    remedy: 'Whoever answers there does not hold the hotkey that was meant; do not use what it says.',
  },
  DENDRITE_SESSION_REQUIRED: {
    retryable: false,
    remedy: 'Use the profile `session` for this call: streams of requests are not signed by btauth/1.',
  },
  DENDRITE_CIRCUIT_OPEN: {
    retryable: true,
    remedy: 'The peer could not be reached several times in a row; it is tried again after a while.',
  },
  DENDRITE_RECEIPT_INVALID: {
    retryable: false,
    remedy: 'The receipt is absent or false: do not rely on the reply, or ask for no receipts.',
  },
  DENDRITE_TLS_REFUSED: { retryable: false, remedy: 'The peer must offer TLS 1.3 with HTTP/2 and the P-256 key that is pinned.' },
  // metagraph and neuron
  METAGRAPH_NOT_FOUND: { retryable: false, remedy: 'There is no such subnet: check the netuid and the network.' },
  METAGRAPH_STALE: { retryable: true, remedy: 'The snapshot is too old: call sync().' },
  NEURON_NOT_REGISTERED: { retryable: false, remedy: 'Register the hotkey on the subnet first.' },
  NEURON_STATE_CORRUPT: { retryable: false, remedy: 'Move the state file away, or restore its backup.' },
  NEURON_STATE_IO: { retryable: false, remedy: 'Check permissions and free space of the state directory.' },
  NEURON_ROUND_FAILED: { retryable: false, remedy: 'Correct the round function; the cause has its error.' },
  NEURON_VERSION_TOO_OLD: { retryable: false, remedy: 'Update the validator: the subnet demands a newer version.' },
  NEURON_CLOCK_SKEWED: { retryable: false, remedy: 'Set the clock of this machine by NTP.' },
  NEURON_NO_SCORES: { retryable: false, remedy: 'Decide by the policy for all-zero scores what to set.' },
  // localnet
  LOCALNET_ADDRESS_IN_USE: { retryable: false, remedy: 'Another process uses the port: stop it or choose another port.' },
  LOCALNET_LISTEN_FAILED: { retryable: false, remedy: 'Check host and port.' },
  LOCALNET_REMOTE_REFUSED: {
    retryable: false,
    remedy: 'The localnet has known keys and no access control: keep it on loopback, or set allowRemote (--allow-remote).',
  },
  LOCALNET_BLOCK_FAILED: { retryable: false, remedy: 'This is a defect of TensorKit; please report it with the whole error.' },
  LOCALNET_NOT_MODELLED: { retryable: false, remedy: 'The localnet does not model this yet; its README lists what it does.' },
} as const satisfies Record<string, { readonly retryable: boolean; readonly remedy: string }>

/** The code of a {@link TensorKitError}: `AREA_REASON`. */
export type ErrorCode = keyof typeof errorCodes
