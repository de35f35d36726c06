/** Calls in a batch. */
export const batchedCallsLimit = 10_922
