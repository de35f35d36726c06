const loopbackV4 = /^127(?:\.(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}$/

/**
 * Whether a host is a loopback address written out: 127.0.0.0/8 in four plain decimals, or `::1`.
 *
 * A name such as `localhost` may lead anywhere, and other spellings (`127.1`, `0x7f000001`, `::ffff:127.0.0.1`) are read
 * differently by different programs: they are not loopback here.
 */
export function isLoopbackLiteral(host: string): boolean {
  return host === '::1' || loopbackV4.test(host)
}
