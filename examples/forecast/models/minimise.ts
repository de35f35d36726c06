interface Vertex<P> {
  readonly point: P
  readonly value: number
}

/**
 * Finds a local minimum by Nelder and Mead's simplex, started anew from its own result until that no longer helps.
 *
 * Needs no derivatives and no random numbers.
 *
 * @param tolerance - Values closer than this are the same: a search that gains less ends.
 * Source: Nelder and Mead, "A Simplex Method for Function Minimization" (1965); coefficients 1, 2, 1/2, 1/2.
 */
export function minimise<P extends readonly number[]>(f: (point: P) => number, start: P, tolerance: number): P {
  let best: Vertex<P> = { point: start, value: f(start) }
  for (let restart = 0; restart < 6; restart++) {
    const before = best.value
    best = descend(f, best, tolerance)
    if (before - best.value < tolerance) break
  }
  return best.point
}

function descend<P extends readonly number[]>(f: (point: P) => number, start: Vertex<P>, tolerance: number): Vertex<P> {
  const size = start.point.length
  const vertex = (coordinate: (j: number) => number): Vertex<P> => {
    const point = Array.from({ length: size }, (_, j) => coordinate(j)) as readonly number[] as P
    return { point, value: f(point) }
  }
  const vertices = [start, ...start.point.map((_, i) => vertex((j) => (start.point[j] as number) + (i === j ? 0.5 : 0)))]
  for (let step = 0; step < 200 * size; step++) {
    vertices.sort((a, b) => a.value - b.value)
    const first = vertices[0] as Vertex<P>
    const secondWorst = vertices[size - 1] as Vertex<P>
    const worst = vertices[size] as Vertex<P>
    if (worst.value - first.value < tolerance) break
    const centre = (j: number) => vertices.reduce((sum, v) => sum + (v === worst ? 0 : (v.point[j] as number) / size), 0)
    const along = (t: number) => vertex((j) => centre(j) + t * ((worst.point[j] as number) - centre(j)))
    const reflected = along(-1)
    if (reflected.value < first.value) {
      const expanded = along(-2)
      vertices[size] = expanded.value < reflected.value ? expanded : reflected
    } else if (reflected.value < secondWorst.value) {
      vertices[size] = reflected
    } else {
      const contracted = along(reflected.value < worst.value ? -0.5 : 0.5)
      if (contracted.value < Math.min(reflected.value, worst.value)) vertices[size] = contracted
      else for (let i = 1; i <= size; i++) vertices[i] = shrink(vertices[i] as Vertex<P>)
    }
    function shrink(v: Vertex<P>): Vertex<P> {
      return vertex((j) => ((v.point[j] as number) + (first.point[j] as number)) / 2)
    }
  }
  return vertices.reduce((best, v) => (v.value < best.value ? v : best))
}
