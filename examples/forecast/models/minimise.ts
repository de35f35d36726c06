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
 * Deterministic; ends after 100 steps at the latest.
 *
 * Source: Bertsekas, "Projected Newton Methods for Optimization Problems with Simple Constraints" (1982).
 */
export function minimise<P extends readonly number[]>(f: (point: P) => Expansion, start: P, { lower, upper }: Bounds): P {
  const clamp = (x: number, i: number) => Math.min(Math.max(x, lower[i] as number), upper[i] as number)
  // As many coordinates go out as came in.
  const pointOf = (coordinate: (x: number, i: number) => number, from: P) =>
    from.map((x, i) => clamp(coordinate(x, i), i)) as readonly number[] as P
  let point = pointOf((x) => x, start)
  let here = f(point)
  let damping = 0
  for (let step = 0; step < 100; step++) {
    const { gradient, hessian } = here
    const free = point.flatMap((x, i) => (((gradient[i] as number) > 0 ? x > (lower[i] as number) : x < (upper[i] as number)) ? [i] : []))
    const slope = free.map((i) => gradient[i] as number)
    const curvature = free.map((i) => free.map((j) => (hessian[i] as readonly number[])[j] as number))
    for (const row of curvature.keys()) {
      const own = curvature[row] as number[]
      own[row] = (own[row] as number) + damping * (Math.abs(own[row] as number) + 1e-9)
    }
    const move = solve(curvature, slope)
    if (move) {
      const gain = slope.reduce((sum, g, k) => sum + (g * (move[k] as number)) / 2, 0)
      if (gain < nothing) break
      const next = pointOf((x, i) => x - (free.includes(i) ? (move[free.indexOf(i)] as number) : 0), point)
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

/** Solves a·x = b by Cholesky's factors; undefined unless a is positive definite. */
function solve(a: readonly (readonly number[])[], b: readonly number[]): number[] | undefined {
  const n = b.length
  const l = a.map((row) => [...row])
  const at = (i: number, j: number) => (l[i] as number[])[j] as number
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
