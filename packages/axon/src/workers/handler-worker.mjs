// Runs a handler of another module in a worker thread. Plain JavaScript, since it runs as it stands, beside the build.
import { move, transferableSymbol, valueSymbol } from 'piscina'

/** @param {{ module: string, name: string, request: unknown, context: object, isMoving: boolean }} task */
export default async function run({ module, name, request, context, isMoving }) {
  const handlers = await import(module)
  const handler = handlers[name] ?? handlers.default?.[name]
  if (typeof handler !== 'function') throw new Error(`The module exports no function named ${name}`)
  const response = await handler(request, context)
  if (!isMoving) return response
  const buffers = new Set()
  collect(response, buffers, 0)
  if (buffers.size === 0) return response
  return move({ [transferableSymbol]: [...buffers], [valueSymbol]: response })
}

/** The memory behind what is in a value. Node shares small buffers among their users and lets nobody move those. */
function collect(value, buffers, depth) {
  if (typeof value !== 'object' || value === null || depth > 8) return
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.buffer.byteLength > Buffer.poolSize) buffers.add(value.buffer)
    return
  }
  for (const inner of value instanceof Map ? value.values() : Object.values(value)) collect(inner, buffers, depth + 1)
}
