/** What a handler says back, and the refusals that GitHub has words for. */

export interface Answer {
  readonly status: number;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
  /** Bytes that are no JSON (a raw file, a redirect's empty body): not checked against a schema. */
  readonly raw?: Buffer;
}

export const ok = (body: unknown): Answer => ({ status: 200, body });
export const created = (body: unknown): Answer => ({ status: 201, body });
export const accepted = (): Answer => ({ status: 202, body: {} });
export const noContent = (): Answer => ({ status: 204 });

const DOCS = "https://docs.github.com/rest";

interface RefusalDetail {
  readonly errors?: readonly unknown[];
  readonly headers?: Readonly<Record<string, string>>;
}

/** Raised when GitHub would answer with an error: no permission (403), nothing there or nothing to see (404), state (409, 410), rules (422). */
export class Refusal extends Error {
  override readonly name = "Refusal";
  readonly status: number;
  readonly detail: RefusalDetail;
  constructor(status: number, message: string, detail: RefusalDetail = {}) {
    super(message);
    this.status = status;
    this.detail = detail;
  }
}

export const notFound = () => new Refusal(404, "Not Found");
export const unprocessable = (message: string, errors?: readonly unknown[]) =>
  new Refusal(422, message, errors === undefined ? {} : { errors });

export function refusalAnswer({ status, message, detail }: Refusal): Answer {
  return {
    status,
    headers: detail.headers ?? {},
    body: {
      message,
      ...(detail.errors === undefined ? {} : { errors: detail.errors }),
      documentation_url: DOCS,
      status: String(status),
    },
  };
}
