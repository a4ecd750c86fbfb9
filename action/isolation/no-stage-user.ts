/** Raised when this machine cannot keep a stage from the job's token. */
export class NoStageUserError extends Error {
  override readonly name = "NoStageUserError";
  readonly fix =
    "run as root or with sudo without a password on Linux, or write `jobs: { contents: read }` into .github/attractor.yml and run `attractor init --upgrade`; a graph in one job needs `permissions: contents: read` and `durability: job`, and is then kept in its artifact alone";
  constructor(why: string) {
    super(`stages cannot be kept from the job's token here: ${why}`);
  }
}
