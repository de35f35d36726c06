import type { IncomingHttpHeaders, ServerHttp2Session, ServerHttp2Stream } from 'node:http2'

/** What is told of the HTTP/2 sessions of a server. */
export interface SessionWatcher {
  onStream(session: ServerHttp2Session, stream: ServerHttp2Stream, headers: IncomingHttpHeaders, rawHeaders: readonly string[]): void
  onCost(session: ServerHttp2Session, what: 'ping' | 'settings'): void
  onClose(session: ServerHttp2Session): void
}

/**
 * Tells a watcher of any number of sessions. Their listeners are the same for all and find the session in `this`: a set of closures for each
 * would be most of what this package holds for an open connection.
 *
 * @returns What watches one session.
 */
export function watchSessions(watcher: SessionWatcher): (session: ServerHttp2Session) => void {
  function onStream(
    this: ServerHttp2Session,
    stream: ServerHttp2Stream,
    headers: IncomingHttpHeaders,
    _flags: number,
    rawHeaders: readonly string[],
  ) {
    watcher.onStream(this, stream, headers, rawHeaders)
  }
  function onPing(this: ServerHttp2Session) {
    watcher.onCost(this, 'ping')
  }
  function onSettings(this: ServerHttp2Session) {
    watcher.onCost(this, 'settings')
  }
  function onClose(this: ServerHttp2Session) {
    watcher.onClose(this)
  }
  return (session) => {
    // Its socket is destroyed with it.
    session.on('error', ignored)
    session.on('close', onClose)
    session.on('ping', onPing)
    session.on('remoteSettings', onSettings)
    session.on('stream', onStream)
  }
}

const ignored = () => {}
