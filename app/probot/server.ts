/** The app as a process: signed webhooks over HTTP, health, metrics and pages, the sweep, and a clean end. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Host } from "../../github/host/port.ts";
import { bodies, refuse } from "../http/bounded.ts";
import { deliveryHeaders } from "../http/headers.ts";
import { createService, type ServiceOptions } from "./service.ts";
import { receive } from "./verify-delivery.ts";

export type { Pages } from "./service.ts";

export interface AppOptions extends ServiceOptions {
  readonly port: number;
  /** The address to listen on; loopback unless told. */
  readonly address?: string;
  readonly sweepEveryMs: number;
}

export interface RunningApp {
  readonly url: string;
  readonly host: Host;
  sweep(): Promise<void>;
  close(): Promise<void>;
}

/** Of whoever connects, before it is known who that is. Pages that people watch stay open: an answer may take its time. */
const LIMITS = {
  headersTimeout: 5_000,
  requestTimeout: 15_000,
  keepAliveTimeout: 5_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16_384,
};
const MOST_CONNECTIONS = 2_000;

export async function startApp(options: AppOptions): Promise<RunningApp> {
  const alive = new AbortController();
  const service = await createService(options, alive.signal);
  const { host, metrics, pages, report } = service;

  const webhooks = bodies();
  const server: Server = createServer(LIMITS, (request, response) => {
    void serve(request, response).catch((error: unknown) => {
      report("a request failed", error);
      if (!response.headersSent) response.writeHead(500);
      response.end();
    });
  });
  server.maxConnections = MOST_CONNECTIONS;
  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!URL.canParse(request.url ?? "", "http://here")) {
      response.writeHead(400, { connection: "close" }).end("this is no address\n");
      return;
    }
    const path = request.url?.split("?")[0];
    if (request.method === "GET" && path === "/healthz") {
      response.writeHead(alive.signal.aborted ? 503 : 200).end("ok\n");
    } else if (request.method === "GET" && path === "/metrics") {
      response.writeHead(200, { "content-type": "text/plain; version=0.0.4" }).end(metrics.text());
    } else if (request.method === "POST" && path === "/webhooks") {
      if (deliveryHeaders(request.headers) === null)
        return void refuse(request, response, 400, "this is no webhook of GitHub");
      const raw = await webhooks.read(request, response);
      if (raw === null) return;
      const { status, body } = await receive(service, request.headers, raw);
      response.writeHead(status).end(body);
    } else if (!(await pages?.handle(request, response))) {
      response.writeHead(404).end();
    }
  }
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port, options.address ?? "127.0.0.1", resolve);
  });

  host.later("start", () => service.catchUp());
  let sweeping = false;
  const timer = setInterval(() => {
    // One that lasts longer than the time between two is not joined by others.
    if (sweeping) return;
    sweeping = true;
    host.later("sweep", () =>
      service.sweep().finally(() => {
        sweeping = false;
      }),
    );
  }, options.sweepEveryMs);
  return {
    url: `http://${options.address ?? "127.0.0.1"}:${(server.address() as AddressInfo).port}`,
    host,
    sweep: () => service.sweep(),
    async close() {
      alive.abort();
      clearInterval(timer);
      pages?.close();
      server.closeIdleConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await host.idle();
    },
  };
}
