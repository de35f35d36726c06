/** A stream that text goes to. */
export interface TextSink {
  write(text: string): unknown
  /** Whether a person reads along. */
  readonly isTTY?: boolean | undefined
}

/** Where a command writes, and what ends it. */
export interface CliIo {
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** Aborted when the user wants the command to end. */
  readonly signal: AbortSignal
}
