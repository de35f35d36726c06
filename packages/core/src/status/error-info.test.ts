import fc from 'fast-check'
import protobuf from 'protobufjs'
import { describe, expect, it } from 'vitest'
import { decodeRefusalReason, encodeRefusalStatus, type RefusalReason } from './error-info.js'

const reasons: RefusalReason[] = ['AUTH_REFUSED', 'AUTH_STALE', 'SESSION_EXPIRED', 'SESSION_REQUIRED', 'DENIED', 'RATE', 'DRAINING']

// The public messages as protobufjs parses them: independent of the hand-written fields.
const { root } = protobuf.parse(`syntax = "proto3"; package google.rpc;
  message Any { string type_url = 1; bytes value = 2; }
  message Status { int32 code = 1; string message = 2; repeated Any details = 3; }
  message ErrorInfo { string reason = 1; string domain = 2; map<string, string> metadata = 3; }`)
const Status = root.lookupType('google.rpc.Status')
const ErrorInfo = root.lookupType('google.rpc.ErrorInfo')

const statusWith = (type_url: string, value: Uint8Array) =>
  Status.encode({ code: 7, message: 'x', details: [{ typeUrl: type_url, value }] }).finish()

describe('the reason of a refusal', () => {
  it.each(reasons)('%s is written as google.rpc.Status with one ErrorInfo', (reason) => {
    const status = Status.toObject(Status.decode(encodeRefusalStatus({ code: 16, message: 'no', reason })))
    expect(status).toMatchObject({ code: 16, message: 'no', details: [{ typeUrl: 'type.googleapis.com/google.rpc.ErrorInfo' }] })
    expect(ErrorInfo.toObject(ErrorInfo.decode(status.details[0].value))).toEqual({ reason, domain: 'tensorkit' })
  })

  it.each(reasons)('%s is read back', (reason) => {
    expect(decodeRefusalReason(encodeRefusalStatus({ code: 16, message: 'no', reason }))).toBe(reason)
  })

  it('reads one with further metadata', () => {
    const value = ErrorInfo.encode({ reason: 'RATE', domain: 'tensorkit', metadata: { a: 'b' } }).finish()
    expect(decodeRefusalReason(statusWith('type.googleapis.com/google.rpc.ErrorInfo', value))).toBe('RATE')
  })

  it('takes no other domain, type or reason for it', () => {
    const type = 'type.googleapis.com/google.rpc.ErrorInfo'
    expect(decodeRefusalReason(statusWith(type, ErrorInfo.encode({ reason: 'RATE', domain: 'example.com' }).finish()))).toBeUndefined()
    expect(
      decodeRefusalReason(
        statusWith('type.googleapis.com/google.rpc.Help', ErrorInfo.encode({ reason: 'RATE', domain: 'tensorkit' }).finish()),
      ),
    ).toBeUndefined()
    expect(decodeRefusalReason(statusWith(type, ErrorInfo.encode({ reason: 'MADE_UP', domain: 'tensorkit' }).finish()))).toBeUndefined()
  })

  it('never throws on a peer’s bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        expect([undefined, ...reasons]).toContain(decodeRefusalReason(bytes))
      }),
    )
  })
})
