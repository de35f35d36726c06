import { setTimeout as sleep } from 'node:timers/promises'
import { expect } from 'vitest'
import { Echo } from '../../axon-dendrite-support.js'
import { openSession, rawConnection } from '../../axon-session-support.js'
import type { AttackedAxon } from './attacked-axon.js'

const body = Echo.say.request.encode({ text: 'honest', times: 1 })
// So many calls must begin and end while the attack lasts.
const leastCalls = 5

/**
 * Runs an attack while alice calls on, one call after the other, over a session of hers. Fails if she loses a single call.
 *
 * She calls from 127.0.0.1, and goes on until the attack is over and she has made some calls at least.
 */
export async function besideHonest<T>(
  { axon, cast, pin }: Pick<AttackedAxon, 'axon' | 'cast' | 'pin'>,
  attack: () => Promise<T>,
): Promise<T> {
  const connection = rawConnection(axon.endpoint, pin)
  const { token } = await openSession(connection, { signer: cast.alice, server: cast.bob, ...(pin && { spkiSha256: pin.spkiSha256 }) })
  const lost: string[] = []
  let calls = 0
  let isOver = false
  const call = async () => {
    while (!isOver || calls < leastCalls) {
      const outcome = await connection.call(Echo.say.path, body, { 'tk-session': token })
      calls++
      if (!outcome.ok) lost.push(outcome.error.message)
      // Within the rate that one hotkey may have.
      await sleep(2)
    }
  }
  const calling = call()
  try {
    return await attack()
  } finally {
    isOver = true
    await calling
    connection.close()
    expect(lost).toEqual([])
  }
}
