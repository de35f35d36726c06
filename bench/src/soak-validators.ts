// The validators of the soak test, in a process of their own: `soak-validators.js`.
import { setTimeout as sleep } from 'node:timers/promises'
import { tensorOf } from '@tensorkit/core'
import { createDendrite, type Dendrite } from '@tensorkit/dendrite'
import { answerQuestions, receiveConfig } from './harness/child.js'
import { clientSigner, subnet } from './peers/keys.js'
import { Bench } from './peers/protocol.js'
import type { ServerAddress } from './peers/tasks.js'
import { openHandles } from './soak/handles.js'
import type { ValidatorTasks } from './soak/tasks.js'

const maxInFlight = 64
const tickMs = 20

const config = await receiveConfig<{ readonly addresses: readonly ServerAddress[]; readonly validators: number }>()
const addresses = [...config.addresses]
const start = async (index: number): Promise<{ dendrite: Dendrite; inFlight: number }> => ({
  dendrite: createDendrite({ signer: await clientSigner(index), directory: subnet, timeoutMs: 12_000 }),
  inFlight: 0,
})
const validators = await Promise.all(Array.from({ length: config.validators }, (_, index) => start(index)))

const data = new Uint8Array(1024).fill(7)
const tensor = tensorOf('F32', [64, 64], new Float32Array(64 * 64).fill(1))
let turn = 0
let done = 0
let skipped = 0
const failed: Record<string, number> = {}
let inFlight = 0
let isRunning = false
let loop: Promise<void> = Promise.resolve()

async function call(): Promise<void> {
  const validator = validators[turn % validators.length]
  const address = addresses[Math.floor(turn / validators.length) % addresses.length]
  const isTensor = turn++ % 8 === 0
  if (validator === undefined || address === undefined) return
  const target = { host: '127.0.0.1', port: address.port, hotkey: address.hotkey ?? '' }
  inFlight++
  validator.inFlight++
  try {
    const reply = isTensor
      ? await validator.dendrite.call(target, Bench.tensor, { tensor })
      : await validator.dendrite.call(target, Bench.say, { data })
    if (reply.ok) done++
    else failed[reply.error.code] = (failed[reply.error.code] ?? 0) + 1
  } finally {
    inFlight--
    validator.inFlight--
  }
}

const tasks: ValidatorTasks = {
  async calibrate({ forMs }) {
    const startedMs = performance.now()
    const before = done
    const worker = async () => {
      while (performance.now() - startedMs < forMs) await call()
    }
    await Promise.all(Array.from({ length: maxInFlight }, worker))
    return ((done - before) * 1000) / (performance.now() - startedMs)
  },
  start({ callsPerSecond }) {
    isRunning = true
    const run = async () => {
      let due = 0
      let atMs = performance.now()
      while (isRunning) {
        await sleep(tickMs)
        const nowMs = performance.now()
        due += ((nowMs - atMs) * callsPerSecond) / 1000
        atMs = nowMs
        for (; due >= 1; due--) {
          if (inFlight >= maxInFlight) skipped++
          else void call()
        }
      }
    }
    loop = run()
  },
  async stop() {
    isRunning = false
    await loop
    while (inFlight > 0) await sleep(tickMs)
  },
  move({ index, address }) {
    addresses[index] = address
  },
  async renew({ index }) {
    const next = await start(index)
    const old = validators[index]
    validators[index] = next
    while (old !== undefined && old.inFlight > 0) await sleep(tickMs)
    await old?.dendrite.close()
  },
  counts: () => ({ done, failed, skipped }),
  handles: openHandles,
}

answerQuestions(tasks)
