import { describe, expect, it } from 'vitest'
import { run } from './test-support.js'

const unreachable = ['metagraph', '--netuid', '1', '--chain', 'ws://127.0.0.1:1', '--timeout-ms', '60000']
const ended = (reason?: string) => {
  const controller = new AbortController()
  controller.abort(reason)
  return run(unreachable, { signal: controller.signal })
}

describe('the exit code', () => {
  it('tells a command that was ended before it was done, as shells do', async () => {
    expect(await ended('SIGINT')).toMatchObject({ code: 130, stderr: '' })
    expect(await ended('SIGTERM')).toMatchObject({ code: 143, stderr: '' })
  })

  it('is 0 where only the reader of the output has left', async () => {
    expect(await ended()).toMatchObject({ code: 0, stderr: '' })
  })

  it('is 2 for a wrong argument, with one message', async () => {
    expect(await run(['wallet', 'nope'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^error: /) })
    expect(await run(['wallet', 'sign', '--json'])).toMatchObject({ code: 2, stdout: '' })
  })
})
