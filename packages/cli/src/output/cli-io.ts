/** A stream that text goes to. */
export interface TextSink {
  write(text: string): unknown
  /** Whether a person reads along. */
  readonly isTTY?: boolean | undefined
}

/** A stream that a command may read: a terminal, where a person can be asked, or a pipe. */
export type TextSource = NodeJS.ReadableStream & { readonly isTTY?: boolean | undefined }

/** Where a command reads and writes, and what ends it. */
export interface CliIo {
  /** @defaultValue none: nothing is read, and nobody is asked. */
  readonly stdin?: TextSource | undefined
  readonly stdout: TextSink
  readonly stderr: TextSink
  /** Variables of the environment, for passwords. @defaultValue none. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Aborted when the user wants the command to end. Its reason is the name of the signal, if one came. */
  readonly signal: AbortSignal
}
