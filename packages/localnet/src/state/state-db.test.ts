import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Overlay } from './overlay.js'
import { StateDb, type Writes } from './state-db.js'

const key = fc.constantFrom('0x01', '0x0101', '0x0102', '0x02', '0x0203', '0xff')
const value = fc.option(fc.uint8Array({ maxLength: 3 }), { nil: undefined })
const writes = fc.array(fc.tuple(key, value), { maxLength: 6 }).map((entries): Writes => new Map(entries))

const prefixes = ['0x', '0x01', '0x02', '0xff', '0x03']

/** The model: every block's whole state, copied. */
function copies(blocks: readonly Writes[]): Map<string, Uint8Array>[] {
  const states: Map<string, Uint8Array>[] = []
  for (const block of blocks) {
    const state = new Map(states.at(-1))
    for (const [key, value] of block) {
      if (value === undefined) state.delete(key)
      else state.set(key, value)
    }
    states.push(state)
  }
  return states
}

describe('StateDb', () => {
  test('reads every block as a copy of the whole state would, also after pruning', () => {
    fc.assert(
      fc.property(fc.array(writes, { minLength: 1, maxLength: 12 }), fc.nat(11), (blocks, prune) => {
        const db = new StateDb()
        for (const block of blocks) db.commit(block)
        db.prune(prune)
        expect(db.oldest).toBe(Math.min(prune, db.head))
        const model = copies(blocks)
        for (let block = db.oldest; block <= db.head; block++) {
          const expected = model[block] as Map<string, Uint8Array>
          const view = db.at(block)
          for (const prefix of prefixes) {
            expect([...view.walk(prefix)]).toEqual([...expected.keys()].filter((key) => key.startsWith(prefix)).sort())
            expect([...view.walk(prefix, '0x0101')]).toEqual(
              [...expected.keys()].filter((key) => key.startsWith(prefix) && key > '0x0101').sort(),
            )
          }
          for (const [key, value] of expected) expect(view.get(key)).toEqual(value)
        }
      }),
    )
  })

  test('the state hash tells contents apart, and nothing else', () => {
    fc.assert(
      fc.property(fc.array(writes, { minLength: 1, maxLength: 8 }), (blocks) => {
        const stepwise = new StateDb()
        const roots = blocks.map((block) => Buffer.from(stepwise.commit(block).root).toString('hex'))
        const states = copies(blocks)
        const atOnce = states.map((state) => Buffer.from(new StateDb().commit(state).root).toString('hex'))
        expect(roots).toEqual(atOnce)
        const text = (state: Map<string, Uint8Array> | undefined): string =>
          JSON.stringify([...(state ?? [])].map(([key, value]) => [key, [...value]]).sort())
        for (const a of states.keys())
          for (const b of states.keys()) expect(roots[a] === roots[b]).toBe(text(states[a]) === text(states[b]))
      }),
    )
  })

  test('tells which keys changed, not which were written', () => {
    const db = new StateDb()
    db.commit(new Map([['0x01', Uint8Array.of(1)]]))
    const { changed } = db.commit(
      new Map([
        ['0x01', Uint8Array.of(1)],
        ['0x02', Uint8Array.of()],
        ['0x03', undefined],
      ]),
    )
    expect(changed).toEqual(['0x02'])
    expect(db.changedAt(1)).toEqual(['0x02'])
    expect(db.at(1).get('0x02')).toEqual(Uint8Array.of())
  })

  test('a block that is not kept is a fault of the caller', () => {
    const db = new StateDb()
    for (let block = 0; block < 4; block++) db.commit(new Map())
    db.prune(2)
    expect(() => db.at(1)).toThrow('State of a block that is not kept')
    expect(() => db.at(4)).toThrow('State of a block that is not kept')
    expect(db.at(2).get('0x01')).toBeUndefined()
  })
})

describe('Overlay', () => {
  type Step =
    | { readonly kind: 'write'; readonly key: string; readonly value: Uint8Array | undefined }
    | { readonly kind: 'nest'; readonly steps: readonly Step[]; readonly fails: boolean }

  const steps = fc.letrec<{ step: Step; steps: Step[] }>((tie) => ({
    step: fc.oneof(
      { depthSize: 'small' },
      fc.record({ kind: fc.constant('write' as const), key, value }),
      fc.record({ kind: fc.constant('nest' as const), steps: tie('steps'), fails: fc.boolean() }),
    ),
    steps: fc.array(tie('step'), { maxLength: 5 }),
  })).steps

  function run(storage: Overlay, todo: readonly Step[]): void {
    for (const step of todo) {
      if (step.kind === 'write') {
        if (step.value === undefined) storage.delete(step.key)
        else storage.set(step.key, step.value)
        continue
      }
      try {
        storage.transactional(() => {
          run(storage, step.steps)
          if (step.fails) throw new Error('undo')
        })
      } catch (error) {
        expect(error).toMatchObject({ message: 'undo' })
      }
    }
  }

  /** The model: a failed transaction puts back a copy. */
  function runModel(state: Map<string, Uint8Array>, todo: readonly Step[]): Map<string, Uint8Array> {
    let now = new Map(state)
    for (const step of todo) {
      if (step.kind === 'nest') now = step.fails ? now : runModel(now, step.steps)
      else if (step.value === undefined) now.delete(step.key)
      else now.set(step.key, step.value)
    }
    return now
  }

  test('nested transactions undo exactly what they wrote', () => {
    fc.assert(
      fc.property(writes, steps, (base, todo) => {
        const db = new StateDb()
        db.commit(base)
        const overlay = new Overlay(db.at(0))
        run(overlay, todo)
        const expected = runModel(copies([base])[0] as Map<string, Uint8Array>, todo)
        for (const prefix of prefixes)
          expect(overlay.keys(prefix)).toEqual([...expected.keys()].filter((key) => key.startsWith(prefix)).sort())
        for (const one of ['0x01', '0x0101', '0x0102', '0x02', '0x0203', '0xff']) expect(overlay.get(one)).toEqual(expected.get(one))
        db.commit(overlay.writes)
        expect([...db.at(1).walk('0x')]).toEqual([...expected.keys()].sort())
        expect([...db.at(0).walk('0x')]).toEqual([...(copies([base])[0] as Map<string, Uint8Array>).keys()].sort())
      }),
    )
  })

  test('what a transaction returns comes through', () => {
    const overlay = new Overlay({ get: () => undefined, walk: () => [] })
    expect(overlay.transactional(() => overlay.transactional(() => 7))).toBe(7)
  })
})
