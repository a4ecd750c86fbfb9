/** Raised when a process of a stage lives on after all that ends one: what comes next in this job could not be trusted. */
export class SurvivorsError extends Error {
  override readonly name = "SurvivorsError";
  readonly fix =
    "look for what holds these processes (a broken disk or driver); take the runner out of service";
  constructor(alive: readonly string[]) {
    super(`a stage has ended and left ${[...new Set(alive)].join("; ")}`);
  }
}
