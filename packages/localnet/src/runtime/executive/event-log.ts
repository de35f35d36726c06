import { compactNumber } from '@polkadot-api/substrate-bindings'
import type { Storage } from '../../state/storage.js'
import type { RuntimeEvent } from '../framework/events.js'
import type { StorageItem } from '../framework/storage-item.js'
import { system } from '../pallets/system/storage.js'
import type { Phase } from '../types/well-known.js'

export interface EventRecord {
  phase: Phase
  event: RuntimeEvent
  topics: string[]
}

/** `System.Events` of a runtime. */
export type EventsItem = StorageItem<[], EventRecord[], EventRecord[]>

/** Appends an event in the current phase. Like the chain it touches the encoded list, so that events need not be decoded again. */
export function appendEvent(db: Storage, events: EventsItem, event: RuntimeEvent): void {
  const count = system.EventCount.get(db)
  const phase = system.ExecutionPhase.get(db) ?? { type: 'Initialization', value: undefined }
  // The one-item list is the prefix 0x04 and the record.
  const record = events.spec.value.codec.enc([{ phase, event, topics: [] }]).subarray(1)
  const key = events.key()
  const old = db.get(key)
  const body = old?.subarray(compactNumber.enc(count).length) ?? new Uint8Array()
  const prefix = compactNumber.enc(count + 1)
  const bytes = new Uint8Array(prefix.length + body.length + record.length)
  bytes.set(prefix)
  bytes.set(body, prefix.length)
  bytes.set(record, prefix.length + body.length)
  db.set(key, bytes)
  system.EventCount.set(db, count + 1)
}
