/** A function's value, gradient and Hessian (full, symmetric) at a point. */
export interface Expansion {
  readonly value: number
  readonly gradient: readonly number[]
  readonly hessian: readonly (readonly number[])[]
}

/** The box that a search stays in. */
export interface Bounds {
  readonly lower: readonly number[]
  readonly upper: readonly number[]
}

/** Where Newton's step gains less than this, by its own estimate, rounding hides the gain: it is taken unseen. */
const hidden = 1e-12
/** Where it gains less than this, the point is as good as doubles get. */
const nothing = 1e-22

/**
 * Finds a local minimum in a box, to the last digits: Newton's method, damped (Levenberg and Marquardt) where a full step would
 * not go down. A coordinate rests while it is at a bound that its slope presses it against.
 *
 * Deterministic. Ends after 100 steps at the latest.
 *
 * Source: Bertsekas, "Projected Newton Methods for Optimization Problems with Simple Constraints" (1982).
 */
export function minimise<P extends readonly number[]>(f: (point: P) => Expansion, start: P, { lower, upper }: Bounds): P {
  // As many coordinates go out as came in.
  const map = (from: P, to: (x: number, i: number) => number) => from.map(to) as readonly number[] as P
  let point = map(start, (x, i) => Math.min(Math.max(x, lower[i] as number), upper[i] as number))
  let here = f(point)
  let damping = 0
  for (let step = 0; step < 100; step++) {
    const { gradient, hessian } = here
    const damped = (rows: readonly number[]): [number[][], number[]] => [
      rows.map((i) => rows.map((j) => element(hessian, i, j) + (i === j ? damping * (Math.abs(element(hessian, i, i)) + 1e-9) : 0))),
      rows.map((i) => gradient[i] as number),
    ]
    let free = point.flatMap((x, i) => (((gradient[i] as number) > 0 ? x > (lower[i] as number) : x < (upper[i] as number)) ? [i] : []))
    let move = solve(...damped(free))
    const boundOf = (i: number, k: number) => ((move?.[k] as number) > 0 ? lower[i] : upper[i]) as number
    // What is at a bound and would leave the box rests too.
    for (let n = Number.POSITIVE_INFINITY; move && free.length < n; ) {
      n = free.length
      free = free.filter((i, k) => !move?.[k] || point[i] !== boundOf(i, k))
      if (free.length < n) move = solve(...damped(free))
    }
    if (move) {
      const gain = free.reduce((sum, i, k) => sum + ((gradient[i] as number) * (move?.[k] as number)) / 2, 0)
      if (gain < nothing) break
      // A step that would leave the box ends where it meets the first bound: cut coordinate by coordinate it could lead uphill.
      const reaches = free.map((i, k) => (move?.[k] ? ((point[i] as number) - boundOf(i, k)) / move[k] : 1))
      const length = Math.min(1, ...reaches)
      const next = map(point, (x, i) => {
        const k = free.indexOf(i)
        if (k < 0) return x
        return length < 1 && reaches[k] === length ? boundOf(i, k) : x - length * (move?.[k] as number)
      })
      const there = f(next)
      if (there.value < here.value || gain < hidden) {
        point = next
        here = there
        damping = damping < 1e-3 ? 0 : damping / 10
        continue
      }
    }
    damping = Math.max(1e-3, damping * 10)
  }
  return point
}

const element = (matrix: readonly (readonly number[])[], i: number, j: number) => (matrix[i] as readonly number[])[j] as number

/** Solves a·x = b by Cholesky's factors; undefined unless a is positive definite. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] | undefined {
  const n = b.length
  const l = a.map((row) => [...row])
  const at = (i: number, j: number) => element(l, i, j)
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = at(i, j)
      for (let k = 0; k < j; k++) sum -= at(i, k) * at(j, k)
      if (i > j) (l[i] as number[])[j] = sum / at(j, j)
      else if (sum > 1e-14 * Math.abs(at(j, j))) (l[j] as number[])[j] = Math.sqrt(sum)
      else return undefined
    }
  }
  const x = [...b]
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i] = (x[i] as number) - at(i, k) * (x[k] as number)
    x[i] = (x[i] as number) / at(i, i)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i] = (x[i] as number) - at(k, i) * (x[k] as number)
    x[i] = (x[i] as number) / at(i, i)
  }
  return x
}
