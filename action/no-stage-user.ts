/** Raised when this machine cannot keep a stage from the job's token. */
export class NoStageUserError extends Error {
  override readonly name = "NoStageUserError";
  readonly mend =
    "run as root or with sudo without a password on Linux, or give the job `permissions: contents: read` and the action `durability: job`: the graph then runs in that one job and is kept in its artifact alone";
  constructor(why: string) {
    super(`stages cannot be kept from the job's token here: ${why}`);
  }
}
