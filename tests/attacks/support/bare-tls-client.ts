import {
  createCipheriv,
  createDecipheriv,
  createHash,
  createHmac,
  createPublicKey,
  diffieHellman,
  generateKeyPairSync,
  randomBytes,
  verify,
  X509Certificate,
} from 'node:crypto'
import { connect } from 'node:net'

/** What {@link bareTlsClient} is given. */
export interface BareTlsClientOptions {
  readonly port: number
  /** The only certificate that it takes, PEM. */
  readonly pinnedPem: string
  /** Whether the server must sign the handshake by the key of that certificate (RFC 8446, 4.4.3). */
  readonly checksSignature: boolean
  /** What it says once it believes the server. */
  readonly message: Uint8Array
}

const sha256 = (...parts: readonly Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const hmac = (key: Uint8Array, data: Uint8Array) => createHmac('sha256', key).update(data).digest()
const uint = (value: number, bytes: number) => Buffer.from(value.toString(16).padStart(2 * bytes, '0'), 'hex')
/** Behind its length. */
const vector = (lengthBytes: number, ...parts: readonly Uint8Array[]) => {
  const all = Buffer.concat(parts)
  return Buffer.concat([uint(all.length, lengthBytes), all])
}

/** HKDF-Expand-Label (RFC 8446, 7.1); of SHA-256, and of 32 bytes at most, one block. */
function expand(secret: Uint8Array, label: string, context: Uint8Array = Buffer.alloc(0), length = 32): Buffer {
  const info = Buffer.concat([uint(length, 2), vector(1, Buffer.from(`tls13 ${label}`)), vector(1, context), Buffer.of(1)])
  return hmac(secret, info).subarray(0, length)
}

/** One direction of a connection. */
function records(secret: Uint8Array) {
  const [key, iv] = [expand(secret, 'key', undefined, 16), expand(secret, 'iv', undefined, 12)]
  let sequence = 0
  const nonce = () => {
    const bytes = Buffer.from(iv)
    bytes.writeUInt32BE((bytes.readUInt32BE(8) ^ sequence++) >>> 0, 8)
    return bytes
  }
  return {
    seal(type: number, content: Uint8Array): Buffer {
      const head = Buffer.concat([Buffer.from('170303', 'hex'), uint(content.length + 17, 2)])
      const cipher = createCipheriv('aes-128-gcm', key, nonce()).setAAD(head)
      return Buffer.concat([head, cipher.update(content), cipher.update(Buffer.of(type)), cipher.final(), cipher.getAuthTag()])
    },
    /** @returns The content, its type last. */
    open(record: Buffer): Buffer {
      const decipher = createDecipheriv('aes-128-gcm', key, nonce()).setAAD(record.subarray(0, 5))
      decipher.setAuthTag(record.subarray(-16))
      return Buffer.concat([decipher.update(record.subarray(5, -16)), decipher.final()])
    },
  }
}

const x25519Prefix = Buffer.from('302a300506032b656e032100', 'hex')

/**
 * TLS 1.3 by hand (RFC 8446), as no library leaves out what this one can: it compares the certificate with the pinned one, and checks the
 * server's signature only if told to.
 *
 * @returns Whether it believed the server, and so sent its message.
 */
export async function bareTlsClient({ port, pinnedPem, checksSignature, message }: BareTlsClientOptions) {
  const share = generateKeyPairSync('x25519')
  const extension = (type: number, content: Uint8Array) => Buffer.concat([uint(type, 2), vector(2, content)])
  const publicShare = share.publicKey.export({ type: 'spki', format: 'der' }).subarray(-32)
  const extensions = [
    extension(0x2b, vector(1, uint(0x0304, 2))),
    extension(0x0a, vector(2, uint(0x001d, 2))),
    extension(0x0d, vector(2, uint(0x0403, 2))),
    extension(0x33, vector(2, uint(0x001d, 2), vector(2, publicShare))),
    extension(0x10, vector(2, vector(1, Buffer.from('h2')))),
  ]
  const hello = Buffer.concat([
    Buffer.of(1),
    vector(3, uint(0x0303, 2), randomBytes(32), vector(1), vector(2, uint(0x1301, 2)), vector(1, Buffer.of(0)), vector(2, ...extensions)),
  ])

  const socket = connect(port, '127.0.0.1')
  socket.on('error', () => {})
  const received = socket[Symbol.asyncIterator]()
  let buffered = Buffer.alloc(0)
  const take = async (bytes: number): Promise<Buffer> => {
    while (buffered.length < bytes) {
      const next = await received.next()
      if (next.done === true) throw new Error('the server left')
      buffered = Buffer.concat([buffered, next.value as Buffer])
    }
    const taken = buffered.subarray(0, bytes)
    buffered = buffered.subarray(bytes)
    return taken
  }
  /** The next record that is not for middleboxes. */
  const nextRecord = async (): Promise<Buffer> => {
    const head = await take(5)
    const record = Buffer.concat([head, await take(head.readUInt16BE(3))])
    return head[0] === 20 ? nextRecord() : record
  }

  socket.write(Buffer.concat([Buffer.from('160301', 'hex'), vector(2, hello)]))
  const serverHello = (await nextRecord()).subarray(5)
  // The only share of its kind is in the answer: the group, 32 bytes, the key.
  const theirs = serverHello.subarray(serverHello.indexOf(Buffer.from('0024001d0020', 'hex')) + 6).subarray(0, 32)
  const publicKey = createPublicKey({ key: Buffer.concat([x25519Prefix, theirs]), format: 'der', type: 'spki' })
  const shared = diffieHellman({ privateKey: share.privateKey, publicKey })
  const early = hmac(Buffer.alloc(32), Buffer.alloc(32))
  const handshakeSecret = hmac(expand(early, 'derived', sha256()), shared)
  const transcript = [hello, serverHello]
  const [clientSecret, serverSecret] = ['c', 's'].map((side) => expand(handshakeSecret, `${side} hs traffic`, sha256(...transcript)))
  const [outgoing, incoming] = [records(clientSecret as Buffer), records(serverSecret as Buffer)]

  let flight = Buffer.alloc(0)
  let isBelieved = false
  for (let type = 0; type !== 20; ) {
    while (flight.length < 4 || flight.length < 4 + flight.readUIntBE(1, 3)) {
      const content = incoming.open(await nextRecord())
      flight = Buffer.concat([flight, content.subarray(0, -1)])
    }
    const whole = flight.subarray(0, 4 + flight.readUIntBE(1, 3))
    flight = flight.subarray(whole.length)
    type = whole[0] as number
    if (type === 11) {
      // No context of a request; the list; the leaf.
      const leaf = whole.subarray(11, 11 + whole.readUIntBE(8, 3))
      isBelieved = leaf.equals(new X509Certificate(pinnedPem).raw)
    }
    if (type === 15 && checksSignature) {
      const signed = [Buffer.alloc(64, 0x20), Buffer.from('TLS 1.3, server CertificateVerify\0'), sha256(...transcript)]
      isBelieved &&= verify('sha256', Buffer.concat(signed), pinnedPem, whole.subarray(8))
    }
    transcript.push(whole)
  }
  if (isBelieved) {
    const applicationSecret = hmac(expand(handshakeSecret, 'derived', sha256()), Buffer.alloc(32))
    const traffic = records(expand(applicationSecret, 'c ap traffic', sha256(...transcript)))
    const finished = hmac(expand(clientSecret as Buffer, 'finished'), sha256(...transcript))
    socket.write(outgoing.seal(22, Buffer.concat([Buffer.of(20), vector(3, finished)])))
    socket.write(traffic.seal(23, message))
  }
  return { isBelieved, close: () => void socket.destroy() }
}
