/** What was measured. */
export interface LoadFigures {
  readonly blocksPerSecond: number
  readonly weightsPerSecond: number
  readonly includedWeights: number
  readonly metagraphP50Ms: number
  readonly metagraphBytes: number
}
