/** A record whose fields are read when they are asked for. */
export type Columns<T> = { readonly [K in keyof T]: () => T[K] }

/** Reads all fields of a record. */
export const readAll = <T>(columns: Columns<T>): T =>
  Object.fromEntries(Object.entries<() => unknown>(columns).map(([name, read]) => [name, read()])) as T // the record lost its keys

/** Reads something on first use and keeps it. */
export function once<T>(read: () => T): () => T {
  let known: { readonly value: T } | undefined
  return () => {
    known ??= { value: read() }
    return known.value
  }
}
