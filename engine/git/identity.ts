/** Who commits for a run: never the user whose machine it is (R-CKPT-7). */
export interface Identity {
  readonly name: string;
  readonly email: string;
}

/** A domain that nobody can own, so that no host shows these commits as somebody's. */
export const ENGINE_IDENTITY: Identity = { name: "attractor", email: "attractor@attractor.invalid" };
