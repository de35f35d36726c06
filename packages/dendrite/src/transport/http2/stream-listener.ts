import type { ClientHttp2Stream, IncomingHttpHeaders } from 'node:http2'

/** The headers of a response. */
export type ResponseHeaders = IncomingHttpHeaders & { ':status'?: number }

/** Who hears what comes over one stream. */
export interface StreamListener {
  onResponse(headers: ResponseHeaders, flags: number): void
  onData(frame: Buffer): void
  onTrailers(headers: IncomingHttpHeaders): void
  onClose(): void
}

const listenerOf = Symbol('listener')
type HeardStream = ClientHttp2Stream & { [listenerOf]: StreamListener }

// One function for all streams, which finds the listener on its stream, instead of closures for each call.
function onResponse(this: HeardStream, headers: ResponseHeaders, flags: number): void {
  this[listenerOf].onResponse(headers, flags)
}

function onData(this: HeardStream, frame: Buffer): void {
  this[listenerOf].onData(frame)
}

function onTrailers(this: HeardStream, headers: IncomingHttpHeaders): void {
  this[listenerOf].onTrailers(headers)
}

function onClose(this: HeardStream): void {
  this[listenerOf].onClose()
}

// What went wrong is told when the stream closes.
function onError(): void {}

/** Tells a listener what comes over a stream. The stream flows from here on. */
export function listenTo(stream: ClientHttp2Stream, listener: StreamListener): void {
  const heard = stream as HeardStream
  heard[listenerOf] = listener
  heard.on('response', onResponse)
  heard.on('data', onData)
  heard.on('trailers', onTrailers)
  heard.on('error', onError)
  heard.on('close', onClose)
}
