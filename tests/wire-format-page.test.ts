import { readFileSync } from 'node:fs'
import { connect, type Http2Session, type Settings } from 'node:http2'
import { createAxon } from '@tensorkit/axon'
import { AxonService, createMemoryReplayStore, emitProto, itemSizeBytes, staticDirectory, tensorProto } from '@tensorkit/core'
import { signerFromUri } from '@tensorkit/core/crypto'
import { describe, expect, it } from 'vitest'
import { defaultAxonLimits } from '../packages/axon/src/limits.js'
import { decodeBinary } from '../packages/axon/src/transport/http2/request-head.js'
import { Http2Metadata } from '../packages/dendrite/src/transport/http2/reply-metadata.js'

// What docs/wire-format.md says in numbers, held against the code and the vectors.
const root = new URL('../', import.meta.url)
const read = (path: string) => readFileSync(new URL(path, root), 'utf8')
const page = read('docs/wire-format.md')
const json = (path: string) => JSON.parse(read(path))

/** Fields of a .proto text as `type name = number`, in order, without comments. */
const fieldsOf = (proto: string) =>
  proto
    .split('\n')
    .map((line) => line.replace(/\/\/.*/, '').trim())
    .filter((line) => /^(?:repeated )?[\w.]+ \w+ = \d+;$/.test(line))
    .map((line) => line.replace(/^(repeated )?[\w.]*\.(\w+ )/, '$1$2'))
const blocks = [...page.matchAll(/```proto\n([\s\S]*?)```/g)].map(([, block]) => block as string)

describe('the wire-format page', () => {
  it('has the fields of AxonService and Tensor', () => {
    const [service, tensor] = blocks
    const scalar = (fields: string[]) => fields.filter((field) => /(?:uint32|uint64|string|bytes) /.test(field)).sort()
    expect(scalar(fieldsOf(service as string))).toEqual(scalar(fieldsOf(emitProto(AxonService))))
    expect(scalar(fieldsOf(service as string)).length).toBeGreaterThan(12)
    expect(fieldsOf(tensor as string)).toEqual(fieldsOf(tensorProto).filter((field) => !/^[A-Z0-9_]+ =/.test(field)))
  })

  it('has the numbers and sizes of all dtypes', () => {
    const table = [...page.matchAll(/\| ([A-Z]+[A-Z0-9_]*) +\| (\d+) +\| (\d) +(?=\|)/g)].map(([, name, wire, bytes]) => [
      name,
      Number(wire),
      Number(bytes),
    ])
    const code = [...tensorProto.matchAll(/^ {2}([A-Z0-9_]+) = (\d+);$/gm)].filter(([, name]) => name !== 'DTYPE_UNSPECIFIED')
    expect(table).toHaveLength(15)
    expect(table.sort((a, b) => Number(a[1]) - Number(b[1]))).toEqual(
      code.map(([, name, wire]) => [name, Number(wire), itemSizeBytes(name as Parameters<typeof itemSizeBytes>[0])]),
    )
  })

  it('has what either side makes of the bytes in metadata', () => {
    const rows = [...page.matchAll(/^\| `([^`]+)` +\| (`[^|]+`) +\| (`[^|]+`|none) +\|$/gm)].map(([, ...cells]) => cells)
    expect(rows.length).toBeGreaterThanOrEqual(10)
    const shown = (bytes: Uint8Array) => {
      const text = Buffer.from(bytes).toString('latin1')
      return /^[a-z]+$/.test(text) ? `\`${text}\`` : `\`0x${Buffer.from(bytes).toString('hex')}\``
    }
    for (const [value, axon, dendrite] of rows as [string, string, string][]) {
      const headers: Record<string, unknown> = { 'a-bin': value }
      decodeBinary(headers, ['a-bin', value])
      expect((headers['a-bin'] as Uint8Array[]).map(shown).join(', ')).toBe(axon)
      const bytes = new Http2Metadata({ 'a-bin': value }).bytes('a-bin')
      expect(bytes === undefined ? 'none' : shown(bytes)).toBe(dendrite)
    }
  })

  it('has the limits that an axon has', () => {
    const cell = (what: string) => new RegExp(`^\\| ${what} +\\| (.*?) +\\|$`, 'm').exec(page)?.[1] ?? ''
    const number = (value: number) => value.toLocaleString('en')
    const limits = defaultAxonLimits
    const mebibyte = 1024 * 1024
    const said: Readonly<Record<string, string>> = {
      'a message': `${limits.maxMessageBytes / mebibyte} MiB;`,
      'metadata of a call': `${limits.maxMetadataBytes / 1024} KiB:`,
      'a call without a deadline': `${limits.defaultDeadlineMs / 1000} s`,
      'a deadline that an axon keeps': `${limits.maxDeadlineMs / 60_000} min`,
      'concurrent streams of a connection': `${limits.maxStreamsPerConnection}; ${limits.maxStrangerStreams} until a call on it was proved`,
      'messages and bytes of a stream, each way': `${number(limits.maxStreamMessages)} and ${limits.maxStreamBytes / mebibyte} MiB,`,
      'calls that run on an axon, and that wait': `${number(limits.maxConcurrentCalls)}, and ${number(limits.maxQueuedCalls)}`,
      'calls of a proved hotkey': `${number(limits.callsPerSecondPerHotkey)} a second, ${limits.maxConcurrentCallsPerHotkey} in flight`,
      'a connection': `${limits.idleConnectionMs / 60_000} min idle, ${limits.maxConnectionAgeMs / 3_600_000} h ± 10 %, ${limits.firstCallMs / 1000} s`,
      'connections of a source, and of an axon': `${limits.maxConnectionsPerSource}, and ${number(limits.maxConnections)},`,
      'calls without credentials': `${limits.maxAnonymousCalls} in flight, ${limits.maxAnonymousCalls / 2} of one source, ${limits.anonymousCallMs / 1000} s each`,
      'openings of sessions by a hotkey': `${limits.sessionOpensPerSecondPerHotkey} a second, ${limits.maxSessionsPerHotkey} at once`,
      'what a source may cost that proved nobody': `${limits.strangerWorkMsPerSecond} ms of a core a second`,
      'a session': `${limits.sessionLifetimeMs / 3_600_000} h; ${limits.maxSessionsPerHotkey} a hotkey, ${number(limits.maxSessions)} an axon`,
    }
    for (const [what, start] of Object.entries(said)) expect(cell(what)).toMatch(new RegExp(`^${start.replace(/[.]/g, '\\.')}`))
  })

  it('has what an axon says of itself in HTTP/2, and how it says good-bye', async () => {
    const signer = await signerFromUri('//Bob')
    const directory = staticDirectory({ netuid: 1, genesisHash: '0'.repeat(64), neurons: [] })
    await using axon = createAxon({
      signer,
      directory,
      port: 0,
      insecure: true,
      replayStore: createMemoryReplayStore({ completeSinceNs: 0n }),
    })
    await axon.listen()
    const session: Http2Session = connect(`http://127.0.0.1:${axon.endpoint.port}`)
    session.on('error', () => {})
    const settings = await new Promise<Settings>((resolve) => session.once('remoteSettings', resolve))
    const cell = (what: string) => new RegExp(`^\\| ${what} +\\| ([\\d,]+)`, 'm').exec(page)?.[1]?.replaceAll(',', '')
    expect(cell('`SETTINGS_MAX_CONCURRENT_STREAMS`')).toBe(String(settings.maxConcurrentStreams))
    expect(cell('`SETTINGS_INITIAL_WINDOW_SIZE`')).toBe(String(settings.initialWindowSize))
    const goaways: number[][] = []
    session.on('goaway', (code: number, last: number) => goaways.push([code, last]))
    const closed = new Promise<void>((resolve) => session.once('close', resolve))
    await axon.drain({ timeoutMs: 10_000 })
    await closed
    expect(goaways[0]).toEqual([0, 2 ** 31 - 1])
    expect(goaways.slice(1).every(([code, last]) => code === 0 && last === 0)).toBe(true)
    expect(goaways.length).toBeGreaterThan(1)
  })

  it('shows a text that is a vector, and counts the vectors right', () => {
    const session = json('vectors/session/session.json')
    const receipts = json('vectors/receipt/receipt.json')
    const example = /```text\n([\s\S]*?)\n```/.exec(page)?.[1]
    expect(session.client.good.map((vector: { text_utf8: string }) => vector.text_utf8)).toContain(example)
    const count = (of: 'good' | 'bad') => session.client[of].length + session.server[of].length
    expect(page).toContain(`${count('good')} good, ${count('bad')} bad`)
    expect(page).toContain(`${receipts.good.length} good, ${receipts.bad.length} bad`)
  })
})
