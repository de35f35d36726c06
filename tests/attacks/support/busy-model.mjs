// A handler that keeps a CPU busy, in a worker thread or not.
export function think({ times }) {
  const untilMs = performance.now() + times
  while (performance.now() < untilMs);
  return { texts: [] }
}
