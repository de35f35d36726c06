import { defineCall } from '../../../framework/call.js'
import { ensureRoot, ensureSigned } from '../../../framework/origin.js'
import { refTime } from '../../../framework/weight.js'
import { bool, compactU64 } from '../../../types/primitives.js'
import { multiAddress } from '../../../types/well-known.js'
import { burn, reducible, transfer } from '../accounts.js'
import { lookup } from '../lookup.js'

export const transferAllowDeath = defineCall({
  index: 0,
  args: { dest: multiAddress, value: compactU64 },
  refTime: 174_000_000n,
  run: (context, origin, { dest, value }) =>
    transfer(context, { from: ensureSigned(origin), to: lookup(dest), amount: value, keepAlive: false }),
})

export const forceTransfer = defineCall({
  index: 2,
  args: { source: multiAddress, dest: multiAddress, value: compactU64 },
  refTime: refTime({ time: 49_944_000n, reads: 2, writes: 2 }),
  run: (context, origin, { source, dest, value }) => {
    ensureRoot(origin)
    transfer(context, { from: lookup(source), to: lookup(dest), amount: value, keepAlive: false })
  },
})

export const transferKeepAlive = defineCall({
  index: 3,
  args: { dest: multiAddress, value: compactU64 },
  refTime: 164_000_000n,
  run: (context, origin, { dest, value }) =>
    transfer(context, { from: ensureSigned(origin), to: lookup(dest), amount: value, keepAlive: true }),
})

export const transferAll = defineCall({
  index: 4,
  args: { dest: multiAddress, keep_alive: bool },
  refTime: 175_000_000n,
  run: (context, origin, { dest, keep_alive: keepAlive }) => {
    const from = ensureSigned(origin)
    transfer(context, { from, to: lookup(dest), amount: reducible(context.db, from, keepAlive), keepAlive })
  },
})

export const burnCall = defineCall({
  index: 10,
  args: { value: compactU64, keep_alive: bool },
  refTime: 30_968_000n,
  infoOf: ({ keep_alive: keepAlive }) => ({ refTime: keepAlive ? 20_711_000n : 30_968_000n, class: 'Normal', paysFee: true }),
  run: (context, origin, { value, keep_alive: keepAlive }) => burn(context, ensureSigned(origin), value, keepAlive),
})
