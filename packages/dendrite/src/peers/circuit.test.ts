import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { Circuit } from './circuit.js'

const options = { threshold: 3, firstOpenMs: 100, maxOpenMs: 400 }
const opened = (nowMs = 0) => {
  const circuit = new Circuit(options)
  for (let i = 0; i < 3; i++) circuit.fail(nowMs)
  return circuit
}

describe('Circuit', () => {
  it('opens after failures in a row, and not before', () => {
    const circuit = new Circuit(options)
    circuit.fail(0)
    circuit.fail(0)
    circuit.succeed()
    circuit.fail(0)
    circuit.fail(0)
    expect(circuit.enter(0)).toEqual({ isOpen: false, isTrial: false })
    circuit.fail(0)
    expect(circuit.enter(40)).toEqual({ isOpen: true, retryAfterMs: 60 })
    expect(circuit.state(40)).toBe('open')
  })

  it('then lets one through, and closes when that one is answered', () => {
    const circuit = opened()
    expect(circuit.state(100)).toBe('half-open')
    expect(circuit.enter(100)).toEqual({ isOpen: false, isTrial: true })
    expect(circuit.enter(100)).toEqual({ isOpen: true, retryAfterMs: 0 })
    circuit.succeed()
    expect(circuit.enter(100)).toEqual({ isOpen: false, isTrial: false })
  })

  it('stays open for twice as long after each trial that fails, up to the bound', () => {
    const circuit = opened()
    let nowMs = 0
    const waits = [100, 200, 400, 400].map((waitMs) => {
      expect(circuit.enter(nowMs + waitMs - 1)).toMatchObject({ isOpen: true })
      nowMs += waitMs
      expect(circuit.enter(nowMs)).toEqual({ isOpen: false, isTrial: true })
      circuit.fail(nowMs)
      return waitMs
    })
    expect(waits).toHaveLength(4)
  })

  it('takes a trial that says nothing for none', () => {
    const circuit = opened()
    circuit.enter(100)
    circuit.forget()
    expect(circuit.enter(100)).toEqual({ isOpen: false, isTrial: true })
  })

  it('counts the failure of a trial that its caller did not wait for', () => {
    const circuit = opened()
    circuit.enter(100)
    circuit.forget()
    circuit.fail(150)
    expect(circuit.enter(150)).toEqual({ isOpen: true, retryAfterMs: 200 })
  })

  it('is not opened longer by calls that were under way', () => {
    const circuit = opened()
    for (let i = 0; i < 50; i++) circuit.fail(10)
    expect(circuit.enter(100)).toEqual({ isOpen: false, isTrial: true })
  })

  it('never keeps anybody out for longer than the bound', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.constantFrom('fail', 'succeed', 'enter', 'forget'), fc.nat({ max: 500 }))), (steps) => {
        const circuit = new Circuit(options)
        let nowMs = 0
        for (const [step, ms] of steps) {
          nowMs += ms
          if (step === 'fail') circuit.fail(nowMs)
          else if (step === 'enter') circuit.enter(nowMs)
          else circuit[step]()
        }
        circuit.forget()
        expect(circuit.enter(nowMs + 400).isOpen).toBe(false)
      }),
    )
  })
})
