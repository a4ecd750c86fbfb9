/**
 * The one way out of walls without a network: a proxy of the driver's on a socket in the file system, which lets commands
 * speak to the hosts of a list and to nobody else. A second socket leads to the model's proxy of a CLI.
 */
import { lookup } from "node:dns/promises";
import { chmod, mkdtemp, rm } from "node:fs/promises";
import { createServer, type IncomingMessage, request, type ServerResponse } from "node:http";
import { connect, createServer as createPipe, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Duplex } from "node:stream";
import { allows, refusedAddress } from "./hosts.ts";

export interface EgressGate {
  /** Sockets outside; they are bound to where `inside.ts` looks for them. */
  readonly out: string;
  readonly model: string | null;
  close(): Promise<void>;
}

/** `modelPort`: of this machine, for the model's proxy. */
export async function openEgressGate(
  hosts: readonly string[],
  modelPort: number | null,
): Promise<EgressGate> {
  const folder = await mkdtemp(join(tmpdir(), "gate-"));
  await chmod(folder, 0o711);
  const sockets = new Set<Duplex>();
  const servers: Server[] = [];
  const listening = async (server: Server, name: string): Promise<string> => {
    const path = join(folder, name);
    server.on("connection", (socket: Socket) => {
      sockets.add(socket);
      socket.on("error", () => socket.destroy()).once("close", () => sockets.delete(socket));
    });
    await new Promise<void>((ready, failed) => server.once("error", failed).listen(path, ready));
    // The stages' user is another one on a runner.
    await chmod(path, 0o666);
    servers.push(server);
    return path;
  };
  const out = await listening(proxy(hosts, sockets), "out");
  const model = modelPort === null ? null : await listening(pipeTo(modelPort, sockets), "model");
  return {
    ...{ out, model },
    async close() {
      for (const server of servers) server.close();
      for (const socket of sockets) socket.destroy();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

const pipeTo = (port: number, sockets: Set<Duplex>): Server =>
  createPipe({ allowHalfOpen: true }, (client) =>
    joined(client, connect({ port, host: "127.0.0.1", allowHalfOpen: true }), sockets),
  );

function joined(client: Duplex, server: Socket, sockets: Set<Duplex>): void {
  sockets.add(server);
  server.once("close", () => sockets.delete(server));
  server.on("error", () => client.destroy());
  client.on("error", () => server.destroy());
  client.pipe(server).pipe(client);
}

const LONGEST_DIAL_MS = 30_000;

function proxy(hosts: readonly string[], sockets: Set<Duplex>): Server {
  const server = createServer((asked, answer) => void plain(hosts, asked, answer));
  server.on("connect", (asked: IncomingMessage, client: Duplex, head: Buffer) => {
    client.on("error", () => client.destroy());
    const [, host = "", port = ""] = /^\[?([^\]]*)\]?:(\d{1,5})$/.exec(asked.url ?? "") ?? [];
    void addressOf(hosts, host).then((address) => {
      if (address === null) return void client.end(`HTTP/1.1 403 Forbidden\r\ncontent-length: 0\r\n\r\n`);
      const far = connect({ port: Number(port), host: address, allowHalfOpen: true });
      far.setTimeout(LONGEST_DIAL_MS, () => far.connecting && far.destroy());
      far.once("error", () => client.end("HTTP/1.1 502 Bad Gateway\r\ncontent-length: 0\r\n\r\n"));
      far.once("connect", () => {
        client.write("HTTP/1.1 200 Connection Established\r\n\r\n");
        far.write(head);
        joined(client, far, sockets);
      });
    });
  });
  return server;
}

/** Asked for a whole address: an unencrypted call. */
async function plain(
  hosts: readonly string[],
  asked: IncomingMessage,
  answer: ServerResponse,
): Promise<void> {
  const url = URL.canParse(asked.url ?? "") ? new URL(asked.url!) : null;
  const address =
    url?.protocol === "http:" ? await addressOf(hosts, url.hostname.replace(/^\[|\]$/g, "")) : null;
  if (url === null || address === null) {
    answer.writeHead(403).end(`egress: ${url?.hostname ?? "this"} is not on the list of the configuration\n`);
    return;
  }
  const { "proxy-authorization": _a, "proxy-connection": _c, ...headers } = asked.headers;
  const far = request(
    { host: address, port: url.port || 80, path: url.pathname + url.search, method: asked.method, headers },
    (reply) => {
      answer.writeHead(reply.statusCode ?? 502, reply.headers);
      reply.pipe(answer);
    },
  );
  far.on("error", () => (answer.headersSent ? answer.destroy() : answer.writeHead(502).end()));
  answer.on("close", () => far.destroy());
  asked.pipe(far);
}

/** Looked up once, and that address is dialed: a second answer could be another. */
async function addressOf(hosts: readonly string[], host: string): Promise<string | null> {
  if (!allows(hosts, host)) return null;
  const found = await lookup(host).catch(() => null);
  return found === null || refusedAddress(host.toLowerCase(), found.address) ? null : found.address;
}
