/** The account of 32 zero bytes: who owns what nobody owns. */
export const zeroAccount = `0x${'00'.repeat(32)}`
