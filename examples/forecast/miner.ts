import { tao } from '@tensorkit/core'
import { readNeuronConfig, runMiner, runProgram } from '@tensorkit/neuron'
import { createForecaster } from './models/create-forecaster.js'
import { Forecaster } from './protocol.js'

// Arguments: the model, and for a colluder the directory of the leak.
await runProgram(async () => {
  const config = readNeuronConfig()
  const [model = '', leakDirectory] = config.rest
  const forecast = createForecaster(model, { leakDirectory })
  await runMiner({
    config,
    axon: { admit: { validatorPermit: true, minStake: tao(100) } },
    implement: (axon) => axon.implement(Forecaster, { forecast }),
    onEvent: (event) => console.log(JSON.stringify(event)),
  })
})
