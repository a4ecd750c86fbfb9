import { randomUUID } from "node:crypto";
import type { ServerResponse } from "node:http";
import type { Answer } from "./answer.ts";

/** `at`: the time in the box. */
export function send(
  response: ServerResponse,
  { status, body, headers, raw }: Answer,
  at = Date.now(),
): void {
  const bytes = raw ?? (body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body)));
  response.writeHead(status, {
    date: new Date(at).toUTCString(),
    "x-github-request-id": randomUUID(),
    "x-github-media-type": "github.v3; format=json",
    ...(bytes.length > 0 && raw === undefined ? { "content-type": "application/json; charset=utf-8" } : {}),
    ...headers,
    ...(status === 204 ? {} : { "content-length": String(bytes.length) }),
  });
  response.end(bytes);
}
