const ipv4Loopback = 0x7f000001n
const ipv6Loopback = 1n

/**
 * Whether an address can be served. Zero can.
 *
 * @param type - 4 or 6.
 */
export function isValidIp(type: number, ip: bigint, allowLoopback: boolean): boolean {
  if (!allowLoopback && ip === (type === 4 ? ipv4Loopback : ipv6Loopback)) return false
  return type === 4 ? ip < 0xffff_ffffn : ip < 2n ** 128n - 1n
}
