/**
 * The error function, to about 1e-15.
 *
 * By erf(x) = 2x/√π · e^(-x²) · Σ (2x²)^n / (1·3·…·(2n+1)), whose terms are all positive: no cancellation.
 *
 * Source: Abramowitz and Stegun, 7.1.6.
 */
function erf(x: number): number {
  if (Math.abs(x) > 6) return Math.sign(x)
  let term = 1
  let sum = 1
  for (let n = 1; term > sum * 1e-17; n++) {
    term *= (2 * x * x) / (2 * n + 1)
    sum += term
  }
  return ((2 * x) / Math.sqrt(Math.PI)) * Math.exp(-x * x) * sum
}

/**
 * The continuous ranked probability score of a Gaussian forecast: 0 is perfect, in the unit of the outcome.
 *
 * Source: Gneiting and Raftery, "Strictly Proper Scoring Rules, Prediction, and Estimation" (2007), eq. 21.
 */
export function crpsGaussian(forecast: { readonly mean: number; readonly stddev: number }, outcome: number): number {
  const { mean, stddev } = forecast
  const z = (outcome - mean) / stddev
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)
  return stddev * (z * erf(z / Math.SQRT2) + 2 * density - 1 / Math.sqrt(Math.PI))
}
