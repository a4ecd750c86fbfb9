/**
 * The loopback proxy of one stage (R-AGENT-16): the CLI is given its address and a token that is worth nothing elsewhere;
 * the provider's key is added here, in the driver, which the stage cannot look into.
 */
import { randomBytes, timingSafeEqual } from "node:crypto";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Protocol } from "../../config/known-providers.ts";
import type { Usage } from "../../core/outcome.ts";
import { redactor } from "../../redact/redact.ts";
import { errorBody, type UpstreamError } from "./errors.ts";
import { forward, type Upstream } from "./forward.ts";
import { BOUNDS, openRoom, type ProxyBounds } from "./in-flight-limits.ts";
import { openLedger, type Refusal, type SpendingLimits } from "./ledger.ts";
import { apiRouteOf } from "./paths.ts";
import { worstOf } from "./worst.ts";

export interface ProxyOptions extends SpendingLimits {
  readonly protocol: Protocol;
  readonly upstream: Upstream;
  /** Called for every piece of an answer: the model is at work. */
  readonly onProgress: () => void;
  readonly bounds?: Partial<ProxyBounds>;
  /** Called once, when a call was refused for good. */
  readonly onRefused: (refusal: Refusal) => void;
}

export interface StageProxy {
  readonly url: string;
  readonly token: string;
  /** One line per call that was answered, in that order. */
  usage(): readonly Usage[];
  calls(): number;
  refusal(): Refusal | null;
  lastError(): UpstreamError | null;
  /** Ends what is under way; its usage is what had been told by then. */
  close(): Promise<void>;
}

const MOST_CONNECTIONS = 256;

export async function openProxy(options: ProxyOptions): Promise<StageProxy> {
  const token = `attractor-${randomBytes(24).toString("hex")}`;
  const ledger = openLedger(options);
  const open = new Set<Promise<void>>();
  const mask = redactor([options.upstream.key, ...Object.values(options.upstream.headers ?? {})]);
  const room = openRoom({ ...BOUNDS, ...options.bounds });
  const server = createServer((request, response) => {
    const work = serve(request, response).catch(() => {
      response.destroy();
    });
    open.add(work);
    void work.finally(() => open.delete(work));
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { protocol, upstream, provider, price } = options;
    const refuse = (status: number, message: string) => {
      const again = status === 429 ? { "retry-after": "1" } : {};
      response.writeHead(status, { "content-type": "application/json", ...again });
      response.end(errorBody(protocol, status, message));
    };
    if (!isMeant(request, token))
      return refuse(401, "this proxy serves one stage; its token is missing or another");
    const route = apiRouteOf(protocol, request.method ?? "", request.url ?? "");
    if (route === null)
      return refuse(403, `${request.method} ${(request.url ?? "").split("?")[0]} is not for a stage`);
    const full = await room.within(request, async (body) => {
      const call = route.isCall ? ledger.begin(worstOf(body, route.model, provider, price)) : null;
      if (call !== null && "code" in call) {
        refuse(call.status, call.message);
        options.onRefused(call);
        return;
      }
      const { onProgress } = options;
      await forward({ protocol, upstream, route, request, response, body, call, onProgress, mask });
    });
    if (full !== null) refuse(full.status, full.message);
  }

  server.maxConnections = MOST_CONNECTIONS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    token,
    usage: ledger.usage,
    calls: ledger.calls,
    refusal: ledger.refusal,
    lastError: ledger.lastError,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await Promise.all([...open, closed]);
    },
  };
}

/** Wherever the protocol puts its key. */
function isMeant({ headers, url = "" }: IncomingMessage, token: string): boolean {
  const inQuery = new URLSearchParams(url.split("?")[1] ?? "").get("key");
  const given = [
    headers.authorization?.replace(/^Bearer /i, ""),
    headers["x-api-key"],
    headers["x-goog-api-key"],
    headers["api-key"],
    inQuery,
  ];
  return given.some((value) => typeof value === "string" && same(value, token));
}

function same(a: string, b: string): boolean {
  const [one, other] = [Buffer.from(a), Buffer.from(b)];
  return one.length === other.length && timingSafeEqual(one, other);
}
