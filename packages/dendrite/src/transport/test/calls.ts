import type { CallEnd, CallListener, ClientCall, ClientChannel, ReplyMetadata, StartCallOptions } from '../client-transport.js'

/** A call as a test wants it: what came, and promises of what will. */
export interface ObservedCall {
  readonly call: ClientCall
  readonly messages: Uint8Array[]
  readonly headers: () => ReplyMetadata | undefined
  /** Resolves when so many messages are there; rejects if the call ends before. */
  waitFor(count: number): Promise<void>
  drained(): Promise<void>
  readonly ended: Promise<CallEnd>
}

/** Starts a call and records what it reports. A callback made within `start`, after the end, or twice fails the test. */
export function observe(channel: ClientChannel, options: Partial<StartCallOptions> & { path: string }): ObservedCall {
  const messages: Uint8Array[] = []
  const waiters: { count: number; resolve: () => void; reject: (error: Error) => void }[] = []
  const drains: (() => void)[] = []
  let headers: ReplyMetadata | undefined
  let hasReturned = false
  let end: CallEnd | undefined
  let fail: (error: Error) => void = () => {}
  let finish: (end: CallEnd) => void = () => {}
  const ended = new Promise<CallEnd>((resolve, reject) => {
    finish = resolve
    fail = reject
  })
  const guard = () => {
    if (!hasReturned) fail(new Error('a callback within start()'))
    if (end !== undefined) throw new Error('a callback after the end')
  }
  const listener: CallListener = {
    onHeaders(received) {
      guard()
      headers = received
    },
    onMessage(message) {
      guard()
      messages.push(message)
      for (const waiter of waiters) if (messages.length >= waiter.count) waiter.resolve()
    },
    onDrain() {
      guard()
      for (const resolve of drains.splice(0)) resolve()
    },
    onEnd(received) {
      guard()
      end = received
      for (const waiter of waiters) waiter.reject(new Error(`ended: ${JSON.stringify(received)}`))
      finish(received)
    },
  }
  const call = channel.start({ timeoutMs: 10_000, replies: 'one', ...options }, listener)
  hasReturned = true
  return {
    call,
    messages,
    headers: () => headers,
    waitFor: (count) =>
      messages.length >= count
        ? Promise.resolve()
        : new Promise((resolve, reject) => {
            waiters.push({ count, resolve, reject })
          }),
    drained: () => new Promise((resolve) => drains.push(resolve)),
    ended,
  }
}

/** One message out, one in. */
export async function unary(
  channel: ClientChannel,
  path: string,
  message: Uint8Array,
  options: Partial<StartCallOptions> = {},
): Promise<{ end: CallEnd; reply: Uint8Array | undefined; observed: ObservedCall }> {
  const observed = observe(channel, { path, ...options })
  observed.call.sendLast(message)
  const end = await observed.ended
  return { end, reply: observed.messages[0], observed }
}

/** Waits until something holds, 5 s at most. */
export async function until(isTrue: () => boolean, what: string): Promise<void> {
  const end = performance.now() + 5_000
  while (!isTrue()) {
    if (performance.now() > end) throw new Error(`never came: ${what}`)
    await new Promise((resolve) => setTimeout(resolve, 5))
  }
}
