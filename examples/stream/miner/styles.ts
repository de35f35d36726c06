/** How a storyteller works, beside what it tells. */
export interface Style {
  /** Before the first word of a chapter, in ms: reading the prompt. */
  readonly firstTokenMs: number
  /** Between words, in ms. */
  readonly tokenMs: number
  /** From which word on it makes things up. */
  readonly bluffsFrom?: number
  /** After which word it stops, without saying so. */
  readonly stopsAfter?: number
}

/** The storytellers of the example, the best first. */
export const styles = {
  /** Reads fast, tells right. */
  eager: { firstTokenMs: 5, tokenMs: 2 },
  /** Tells right, but makes its listeners wait. */
  ponderous: { firstTokenMs: 400, tokenMs: 2 },
  /** Right for a while, then whatever comes to mind. */
  bluffer: { firstTokenMs: 5, tokenMs: 1, bluffsFrom: 8 },
  /** Goes home early. */
  dropout: { firstTokenMs: 5, tokenMs: 2, stopsAfter: 3 },
} as const satisfies Record<string, Style>

/** The name of a style. */
export type StyleName = keyof typeof styles
