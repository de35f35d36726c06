import { existsSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'

const here = new URL('.', import.meta.url)
const page = readFileSync(new URL('../../docs/security.md', here), 'utf8')
/** Lines whose test is named by its file: attack, protection, where, test. */
const lines = page
  .split('\n')
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .flatMap(([, attack, , , test]) =>
    /^`(auth|tls|flood|miners)\/[a-z0-9-]+`$/.test(test ?? '') ? [[attack as string, (test as string).slice(1, -1)] as const] : [],
  )
/** The suite of an attack: its own `describe`, or the whole file where the attacks are rows of a table there. */
function suiteOf(attack: string, test: string): string {
  const source = readFileSync(new URL(`${test}.test.ts`, here), 'utf8')
  const from = source.indexOf(`attack: ${attack}`)
  if (from < 0) return source
  const to = source.slice(from).search(/^ *describe[.(]/m)
  return to < 0 ? source.slice(from) : source.slice(from, from + to)
}

describe('the page on security', () => {
  it('names attacks', () => expect(lines.length).toBeGreaterThan(80))

  it.each(lines)('%s: has its test in %s, with a control', (attack, test) => {
    const suite = suiteOf(attack, test)
    expect(suite).toContain(attack)
    expect(suite).toMatch(/\b(it|test)(\.each\(.*\))?\(\s*[`'"](.*: )?control: /)
  })

  it('names places that exist', () => {
    const places = [...page.matchAll(/`((?:core|axon|dendrite)\/src\/[\w/.-]+)`/g)].map(([, place]) => place as string)
    expect(places.filter((place) => !existsSync(new URL(`../../packages/${place}`, here)))).toEqual([])
    expect(places.length).toBeGreaterThan(50)
  })
})
