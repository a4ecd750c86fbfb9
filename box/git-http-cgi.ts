/** Splits what a CGI program prints: header lines, an empty line, then the body as it comes. */
import { type Readable, Transform } from "node:stream";

const MAX_HEADER_BYTES = 64 * 1024;

export function cgiHeaders(
  output: Readable,
  onHeaders: (status: number, headers: Record<string, string>) => void,
): Transform {
  let head: Buffer | null = Buffer.alloc(0);
  const body = new Transform({
    transform(chunk: Buffer, _encoding, next) {
      if (head === null) return next(null, chunk);
      head = Buffer.concat([head, chunk]);
      const end = /\r?\n\r?\n/.exec(head.toString("latin1"));
      if (!end) return next(head.length > MAX_HEADER_BYTES ? new Error("CGI headers are too long") : null);
      const { status, headers } = parse(head.subarray(0, end.index).toString("latin1"));
      const rest = head.subarray(end.index + end[0].length);
      head = null;
      onHeaders(status, headers);
      next(null, rest);
    },
  });
  return output.pipe(body);
}

function parse(text: string): { status: number; headers: Record<string, string> } {
  const headers: Record<string, string> = {};
  let status = 200;
  for (const line of text.split(/\r?\n/)) {
    const colon = line.indexOf(":");
    const name = line.slice(0, colon).trim();
    const value = line.slice(colon + 1).trim();
    if (name.toLowerCase() === "status") status = Number.parseInt(value, 10);
    else headers[name] = value;
  }
  return { status, headers };
}
