import { readNeuronConfig, runProgram, runValidator } from '@tensorkit/neuron'
import { Forecaster } from './protocol.js'
import { createExaminer } from './scoring/examiner.js'
import type { Answer } from './scoring/score-round.js'

/** How long miners may think, in ms: many times what the slowest honest one needs. */
const timeoutMs = 2_000

// Arguments: the seed of the challenges, and the number of this validator.
await runProgram(async () => {
  const config = readNeuronConfig()
  const [seed = 0, validator = 0] = config.rest.map(Number)
  const examiner = createExaminer({ seed, validator })
  let round = 0
  await runValidator({
    config,
    scores: { alpha: 0.05 },
    // All of this subnet runs on loopback; on a public chain leave the first out.
    dendrite: { allowPrivateAddresses: true, timeoutMs },
    round: async ({ miners, dendrite, scores, signal }) => {
      const task = examiner.task(++round)
      const answers = new Map<string, Answer | undefined>()
      const replies = dendrite.query(miners, Forecaster.forecast, task.request, { signal })
      for await (const reply of replies) {
        answers.set(reply.hotkey, reply.ok ? reply.value : undefined)
      }
      const results = task.score(answers)
      for (const [hotkey, { skill }] of results) scores.record(hotkey, skill)
      const list = [...results].map(([hotkey, m]) => ({ hotkey, ...m, held: scores.get(hotkey) }))
      console.log(JSON.stringify({ type: 'scored', round, miners: list }))
    },
    onEvent: (event) => console.log(JSON.stringify(event)),
  })
})
