/** Some servers say in a plain body, under a status of success, that they failed: it is the failure that it says. */

export interface Body extends Pick<ReadableStreamDefaultReader<Uint8Array>, "read" | "cancel"> {
  /** The first bytes, which are read again afterwards. */
  first(): Promise<Uint8Array | undefined>;
}

export function peekable(stream: ReadableStream<Uint8Array>): Body {
  const reader = stream.getReader();
  let kept: ReturnType<Body["read"]> | null = null;
  return {
    async first() {
      kept ??= reader.read();
      return (await kept).value;
    },
    read() {
      const next = kept ?? reader.read();
      kept = null;
      return next;
    },
    cancel: (reason) => reader.cancel(reason),
  };
}

/** What is longer is no error. */
const MOST_BYTES = 1024 * 1024;

/** null: it is none. A stream that is only called JSON is left as it came. */
export async function errorWithin(body: Body): Promise<Response | null> {
  const first = await body.first();
  if (first === undefined || !/^\s*[[{]/.test(Buffer.from(first.subarray(0, 100)).toString())) return null;
  const parts: Uint8Array[] = [];
  for (let bytes = 0; bytes <= MOST_BYTES; ) {
    const { done, value } = await body.read();
    if (done) break;
    parts.push(value);
    bytes += value.length;
  }
  const text = Buffer.concat(parts).toString();
  const status = statusIn(text);
  return status === null
    ? null
    : new Response(text, { status, headers: { "content-type": "application/json" } });
}

/** As the error itself has it, else that of a request that cannot be served: its words tell more. */
function statusIn(text: string): number | null {
  try {
    const said: unknown = JSON.parse(text);
    const { error } = (Array.isArray(said) ? said[0] : said) as { error?: unknown };
    if (error === undefined || error === null) return null;
    const code = Number((error as { code?: unknown }).code);
    return code >= 400 && code <= 599 ? Math.floor(code) : 400;
  } catch {
    return null;
  }
}
