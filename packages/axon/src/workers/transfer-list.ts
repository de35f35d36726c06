// Deeper messages are copied: nothing is lost but time.
const maxDepth = 8

/**
 * The memory behind the tensors and byte strings of a request, to be moved to a thread and not copied.
 *
 * Small ones share memory with others (node's Buffer pool) and are copied.
 */
export function transferList(value: unknown): ArrayBuffer[] {
  const buffers = new Set<ArrayBuffer>()
  const visit = (item: unknown, depth: number) => {
    if (typeof item !== 'object' || item === null || depth > maxDepth) return
    if (ArrayBuffer.isView(item)) {
      if (item.buffer instanceof ArrayBuffer && item.buffer.byteLength > Buffer.poolSize) buffers.add(item.buffer)
      return
    }
    for (const inner of item instanceof Map ? item.values() : Object.values(item)) visit(inner, depth + 1)
  }
  visit(value, 0)
  return [...buffers]
}
