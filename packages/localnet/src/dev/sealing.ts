/** When blocks are sealed: when told, at an interval, or as soon as an extrinsic is ready. */
export type Sealing = 'manual' | 'instant' | { readonly intervalMs: number }
