/** Keeps its thread busy for so many ms: `times`, as the tests' protocol has no better name for it. */
export function think(request: { readonly times: number }): { texts: string[] }
