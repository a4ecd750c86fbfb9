/** A repository, by the installation that serves it. */

/** A repository, by the installation that serves it. */
export interface Place {
  readonly installation: number;
  readonly fullName: string;
}
