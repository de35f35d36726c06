/** A sr25519 verifier that answers only where it surely can. */
export declare class FastSr25519 {
  private constructor()
  /** False once it has trapped. */
  readonly isUsable: boolean
  /**
   * Whether a signature holds, under the context `substrate`; undefined if another engine must say.
   *
   * @param publicKey - 32 bytes that are known to be a point: any others may end this engine.
   * @param signature - 64 bytes.
   */
  verify(publicKey: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean | undefined
}

export declare function loadFastSr25519(): Promise<FastSr25519 | undefined>
