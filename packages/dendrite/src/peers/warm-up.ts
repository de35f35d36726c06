import { TensorKitError } from '@tensorkit/core'
import { CancelScope } from '../call/cancel-scope.js'
import type { WarmUpResult } from '../dendrite.js'
import { runBounded } from '../fan-out/run-bounded.js'
import type { SessionOpener } from '../session/session-opener.js'
import type { Target } from '../target.js'
import type { Peer } from './peer.js'
import type { PeerBook } from './peer-book.js'

/** What {@link warmUp} is given. */
export interface WarmUpRun {
  readonly book: PeerBook
  readonly opener: SessionOpener
  readonly targets: Iterable<Target>
  readonly concurrency: number
  readonly timeoutMs: number
  readonly signal: AbortSignal | undefined
}

/** Connects to the targets, as many as there may be channels, and closes the channels of all others. */
export async function warmUp({ book, opener, targets, concurrency, timeoutMs, signal }: WarmUpRun): Promise<WarmUpResult> {
  const failed: WarmUpResult['failed'][number][] = []
  const wanted = new Set<Peer>()
  for (const target of targets) {
    const peer = book.find(target)
    if (TensorKitError.isInstance(peer)) failed.push({ hotkey: target.hotkey as Peer['hotkey'], error: peer })
    else wanted.add(peer)
  }
  let closed = 0
  for (const peer of book.all()) {
    if (peer.link === undefined || wanted.has(peer)) continue
    book.drop(peer)
    closed++
  }
  const chosen = withinRoom(book, wanted)
  const cancel = new CancelScope()
  const release = cancel.follow(signal)
  const untilMs = performance.now() + timeoutMs
  const tally = { opened: 0, kept: 0 }
  const run = async (peer: Peer) => {
    const before = peer.link?.session ?? peer.link
    const leftMs = untilMs - performance.now()
    const link = leftMs > 0 && !cancel.isCancelled ? await opener.ready(peer, { time: { leftMs }, cancel }) : outOfTime(peer, cancel)
    return { peer, before, link }
  }
  try {
    for await (const { peer, before, link } of runBounded({ items: chosen, concurrency, run, discard: () => {} })) {
      if (TensorKitError.isInstance(link)) failed.push({ hotkey: peer.hotkey, error: link })
      else if (before !== undefined && before === (link.session ?? link)) tally.kept++
      else tally.opened++
    }
  } finally {
    release()
  }
  return { ...tally, closed, skipped: wanted.size - chosen.length, failed }
}

/** Whoever has a channel keeps it; the others get what room is left, in their order. More would only close one another's. */
function withinRoom(book: PeerBook, wanted: ReadonlySet<Peer>): Peer[] {
  const held = [...wanted].filter((peer) => book.holds(peer))
  const others = [...wanted].filter((peer) => !book.holds(peer))
  return [...held, ...others.slice(0, book.room)]
}

const outOfTime = (peer: Peer, cancel: CancelScope) =>
  cancel.error ?? new TensorKitError('DENDRITE_TIMEOUT', 'The time of the warm-up is over', { facts: { hotkey: peer.hotkey } })
