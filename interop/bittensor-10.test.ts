import { beforeAll, describe, expect, it } from 'vitest'
import { type Row, runPythonClient } from './support/python-client.js'

describe('Python bittensor 10.5.0 on a localnet', () => {
  let rows: Row[]
  beforeAll(async () => {
    rows = await runPythonClient('bittensor-10')
  })

  it('all that it is asked to do works', () => {
    expect(rows.filter(({ ok }) => !ok)).toEqual([])
  })

  it('it is asked for what miners and validators use', () => {
    const names = rows.map(({ name }) => name)
    expect(names).toEqual(expect.arrayContaining(['burned_register', 'serve_axon', 'set_weights', 'metagraph()', 'neurons_lite']))
  })
})
