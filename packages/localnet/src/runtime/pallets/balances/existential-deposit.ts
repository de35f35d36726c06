/** The least free balance that keeps an account alive, in rao. */
export const existentialDeposit = 500n
