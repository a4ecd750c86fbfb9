/** Base of errors that a person can do something about: what happened, and how to fix it. */
export class FixableError extends Error {
  override readonly name: string = "FixableError";
  readonly fix: string;
  constructor(message: string, fix: string, options?: ErrorOptions) {
    super(message, options);
    this.fix = fix;
  }
}
