/** One request to the provider and its answer back, byte for byte, while its usage is read in passing. */
import {
  type ClientRequest,
  request as httpRequest,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from "node:http";
import { request as httpsRequest } from "node:https";
import type { Protocol } from "../../config/known-providers.ts";
import { beforeCut } from "../../stages/whole-lines.ts";
import { errorBody, upstreamError } from "./errors.ts";
import type { ProxiedCall } from "./ledger.ts";
import type { ApiRoute } from "./paths.ts";
import { tapOf } from "./tap.ts";
import { type Used, usageReader } from "./usage.ts";

export interface Upstream {
  /** Holds the version, e.g. `https://api.anthropic.com/v1`. */
  readonly baseUrl: string;
  /** In place of the protocol's own path below it. */
  readonly path?: string;
  readonly key: string;
  readonly headers?: Readonly<Record<string, string>>;
}

export interface Exchange {
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  readonly route: ApiRoute;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly body: Buffer;
  /** null for a question that costs nothing. */
  readonly call: ProxiedCall | null;
  readonly onProgress: () => void;
  /** Of what a provider says when it refuses: it may repeat the key. */
  readonly mask: (text: string) => string;
}

const HOP_BY_HOP =
  /^(?:connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade|host|content-length|expect)$/i;
const CREDENTIAL = /^(?:authorization|x-api-key|x-goog-api-key|api-key|cookie)$/i;
const ERROR_BYTES = 64 * 1024;

/** `{model}` in a path of the author's stands for the model. */
const pathOf = ({ path }: Upstream, route: ApiRoute): string =>
  route.isCall && path !== undefined ? path.replace("{model}", route.model ?? "") : route.path;

/** Resolves when nothing of it is under way any more. */
export function forward(exchange: Exchange): Promise<void> {
  const { protocol, upstream, route, request, response, body, call } = exchange;
  const url = new URL(upstream.baseUrl.replace(/\/+$/, "") + pathOf(upstream, route));
  const query = new URLSearchParams(route.search);
  query.delete("key");
  url.search = query.toString();
  return new Promise((resolve) => {
    const send = url.protocol === "https:" ? httpsRequest : httpRequest;
    const sent = begun(() =>
      send(url, {
        method: request.method,
        headers: { ...headersFor(request.headers, exchange), "content-length": body.length },
      }),
    );
    if (typeof sent === "string") {
      // Not a fault of the way: asking again would end the same.
      call?.free({ status: 400, code: "configuration", message: sent, until: null });
      response.writeHead(400, { "content-type": "application/json" });
      response.end(errorBody(protocol, 400, sent));
      return resolve();
    }
    // With what has been read by then, however the exchange ends.
    let settle = (): void => call?.settle(null);
    let answered = false;
    response.once("close", () => {
      if (!response.writableFinished) sent.destroy();
      settle();
      resolve();
    });
    sent.once("response", (answer) => {
      answered = true;
      settle = relay(exchange, answer);
    });
    sent.on("error", (error: NodeJS.ErrnoException) => {
      if (answered || response.destroyed) return;
      const message = `${url.host} could not be reached: ${error.message || error.code}`;
      call?.free({ status: 502, code: "network", message, until: null });
      response.writeHead(502, { "content-type": "application/json" });
      response.end(errorBody(protocol, 502, message));
    });
    sent.end(body);
  });
}

/** A text: a header that cannot be sent. Node names it, and never its value. */
function begun(send: () => ClientRequest): ClientRequest | string {
  try {
    return send();
  } catch (error) {
    return `the provider cannot be asked: ${(error as Error).message}; see its key and headers in the configuration`;
  }
}

/** Returns what settles the call. */
function relay(exchange: Exchange, answer: IncomingMessage): () => void {
  const { protocol, response, call, onProgress } = exchange;
  const status = answer.statusCode ?? 502;
  if (status >= 400) return refused(exchange, status, answer);
  const read = usageReader(protocol);
  let used: Used | null = null;
  const tap = tapOf(answer.headers["content-type"] ?? "", (part) => {
    used = read(used, part);
  });
  const kept = Object.entries(answer.headers).filter(
    ([name]) => !HOP_BY_HOP.test(name) || name === "content-length",
  );
  response.writeHead(status, Object.fromEntries(kept));
  response.flushHeaders();
  const settle = (): void => {
    tap.end();
    call?.settle(used);
  };
  /** All that is here goes on in one write: providers send a thousand small pieces, and many come at once. */
  const pass = (): void => {
    if (response.destroyed || response.writableNeedDrain) return;
    const chunk = answer.read() as Buffer | null;
    if (chunk === null) return;
    onProgress();
    tap.take(chunk);
    response.write(chunk);
  };
  answer.on("readable", pass);
  response.on("drain", pass);
  answer.once("end", () => {
    settle();
    response.end();
  });
  answer.once("error", () => response.destroy());
  return settle;
}

/** A refusal is read whole, within a bound, and masked before the stage sees it. */
function refused(exchange: Exchange, status: number, answer: IncomingMessage): () => void {
  const { protocol, response, call, mask } = exchange;
  const parts: Buffer[] = [];
  let bytes = 0;
  answer.on("data", (chunk: Buffer) => {
    if (bytes < ERROR_BYTES) parts.push(chunk);
    bytes += chunk.length;
  });
  const said = (): string => {
    const all = Buffer.concat(parts);
    return (all.length <= ERROR_BYTES ? all : beforeCut(all.subarray(0, ERROR_BYTES))).toString("utf8");
  };
  let over = false;
  const settle = (): void => {
    if (over) return;
    over = true;
    const packed = (answer.headers["content-encoding"] ?? "identity") !== "identity";
    const text = packed
      ? errorBody(protocol, status, `HTTP ${status}; its words came compressed and are left out`)
      : mask(said());
    call?.free(upstreamError(status, text, plain(answer.headers), Date.now(), mask));
    if (response.destroyed) return;
    const kept = Object.entries(plain(answer.headers)).filter(
      ([name]) => !HOP_BY_HOP.test(name) && name !== "content-encoding",
    );
    const headers = Object.fromEntries(kept.map(([name, value]) => [name, mask(value)]));
    response.writeHead(status, { ...headers, "content-length": Buffer.byteLength(text) });
    response.end(text);
  };
  answer.once("end", settle);
  answer.once("close", settle);
  answer.once("error", settle);
  return settle;
}

const plain = (headers: IncomingHttpHeaders): Record<string, string> =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, String(value)]));

/** The provider's key instead of the stage's token; an answer that can be read, so no compression. */
function headersFor(
  given: IncomingHttpHeaders,
  { protocol, upstream }: Exchange,
): Record<string, string | string[]> {
  const kept = Object.entries(given).filter(
    ([name, value]) => value !== undefined && !HOP_BY_HOP.test(name) && !CREDENTIAL.test(name),
  ) as [string, string | string[]][];
  return {
    ...Object.fromEntries(kept),
    ...upstream.headers,
    ...credential(protocol, upstream.key),
    "accept-encoding": "identity",
  };
}

function credential(protocol: Protocol, key: string): Record<string, string> {
  if (protocol === "anthropic_messages") return { "x-api-key": key };
  if (protocol === "google_generate_content") return { "x-goog-api-key": key };
  return { authorization: `Bearer ${key}` };
}
