/** Real git over HTTP: `git http-backend` behind node:http, asking for every request who may read or write. */
import { spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { type Capabilities, capabilities, capabilitiesKey } from "./git-capabilities.ts";
import { cgiHeaders } from "./git-http-cgi.ts";

export interface GitRequest {
  /** From basic authentication; null without. GitHub ignores the user and takes the password for the token. */
  readonly user: string | null;
  readonly token: string | null;
  /** `owner/name`, without `.git`. */
  readonly repo: string;
  readonly access: "read" | "write";
  /** The first look at the refs, a fetch, or a push. */
  readonly phase: "advertise" | "fetch" | "push";
}

/** `true` lets it through; `false` is 401 without a token and 403 with one; a number is that status. */
export type GitVerdict = boolean | 401 | 403 | 404;

/** What goes wrong on the way: no answer, an answer lost after git did its work, or a status instead of git. */
export type GitFault = "drop" | "lose_answer" | { readonly status: number; readonly text: string };

export interface GitHttpOptions {
  /** Holds `owner/name.git` bare repositories. */
  readonly root: string;
  readonly authorize: (request: GitRequest) => GitVerdict | Promise<GitVerdict>;
  readonly fault?: (request: GitRequest) => GitFault | null | Promise<GitFault | null>;
  /** What went over the line for a request that is over, headers and all. */
  readonly traffic?: (request: GitRequest, bytes: { readonly up: number; readonly down: number }) => void;
  /** What git's hooks are told of the request. */
  readonly env?: (request: GitRequest) => Readonly<Record<string, string>>;
}

export interface GitHttp {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  close(): Promise<void>;
}

/** A server of its own. `gitHttpHandler` is the same as a part of another one. */
export async function startGitHttp(options: GitHttpOptions): Promise<GitHttp> {
  const handle = gitHttpHandler(options);
  const server = createServer((request, response) => {
    handle(request, response).then(
      (mine) => mine || refuse(response, 404, "Not Found"),
      (error: unknown) => refuse(response, 500, String(error)),
    );
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((closed) => {
        server.close(() => closed());
        server.closeAllConnections();
      }),
  };
}

/** Answers requests of the smart protocol and nothing else; false for a path that is none of git's. */
export function gitHttpHandler({ root, authorize, fault, traffic, env }: GitHttpOptions) {
  /** A connection carries several requests. */
  const counted = new WeakMap<Socket, { up: number; down: number }>();
  const known = capabilities();
  return async (request: IncomingMessage, response: ServerResponse): Promise<boolean> => {
    const route = routeOf(request);
    if (!route) return false;
    const asked: GitRequest = { ...route.asked, ...credentialsOf(request) };
    if (traffic)
      response.on("close", () => {
        const { socket } = request;
        const before = counted.get(socket) ?? { up: 0, down: 0 };
        const now = { up: socket.bytesRead, down: socket.bytesWritten };
        counted.set(socket, now);
        traffic(asked, { up: now.up - before.up, down: now.down - before.down });
      });
    const verdict = await authorize(asked);
    if (verdict !== true) {
      const status = verdict === false ? (asked.token === null ? 401 : 403) : verdict;
      if (status === 401) response.setHeader("WWW-Authenticate", 'Basic realm="git"');
      refuse(response, status, `no ${asked.access} access to ${asked.repo}`);
      return true;
    }
    const trouble = (await fault?.(asked)) ?? null;
    if (trouble === "drop") request.socket.destroy();
    else if (trouble !== null && trouble !== "lose_answer") refuse(response, trouble.status, trouble.text);
    else {
      const whole = { ...backendEnv(root, route, asked, request), ...env?.(asked) };
      const key = capabilitiesKey(asked, whole.GIT_PROTOCOL ?? "");
      const keep = key === null || trouble !== null ? null : { key, known };
      const exists = () => existsSync(join(root, `${asked.repo}.git`, "HEAD"));
      if (!(keep && exists() && known.serve(keep.key, response)))
        await runBackend(whole, request, response, trouble === "lose_answer", keep);
    }
    return true;
  };
}

const ROUTE =
  /^\/([A-Za-z0-9_][\w.-]*)\/([A-Za-z0-9_][\w.-]*?)(?:\.git)?\/(info\/refs|git-upload-pack|git-receive-pack)$/;

interface Route {
  readonly asked: Pick<GitRequest, "repo" | "access" | "phase">;
  readonly pathInfo: string;
  readonly query: string;
}

function routeOf(request: IncomingMessage): Route | null {
  const url = new URL(request.url ?? "/", "http://localhost");
  const [, owner, name, action] = ROUTE.exec(url.pathname) ?? [];
  if (!owner || !name || !action) return null;
  const service = action === "info/refs" ? url.searchParams.get("service") : action;
  if (service !== "git-upload-pack" && service !== "git-receive-pack") return null;
  if (request.method !== (action === "info/refs" ? "GET" : "POST")) return null;
  const access = service === "git-receive-pack" ? "write" : "read";
  const phase = action === "info/refs" ? "advertise" : access === "write" ? "push" : "fetch";
  const repo = `${owner}/${name}`;
  return { asked: { repo, access, phase }, pathInfo: `/${repo}.git/${action}`, query: url.search.slice(1) };
}

function credentialsOf(request: IncomingMessage): Pick<GitRequest, "user" | "token"> {
  const [, encoded] = /^basic (.+)$/i.exec(request.headers.authorization ?? "") ?? [];
  if (!encoded) return { user: null, token: null };
  const decoded = Buffer.from(encoded, "base64").toString("utf8");
  const colon = decoded.indexOf(":");
  return { user: decoded.slice(0, colon), token: decoded.slice(colon + 1) };
}

function refuse(response: ServerResponse, status: number, text: string): void {
  if (response.headersSent) response.destroy();
  else response.writeHead(status, { "content-type": "text/plain", connection: "close" }).end(`${text}\n`);
}

/** What GitHub's servers allow: partial clones, any object by name, push options; and broken objects refused. */
const BACKEND_CONFIG = [
  ["uploadpack.allowFilter", "true"],
  ["uploadpack.allowAnySHA1InWant", "true"],
  ["receive.advertisePushOptions", "true"],
  ["receive.fsckObjects", "true"],
  ["receive.autogc", "false"],
  ["safe.directory", "*"],
] as const;

function backendEnv(
  root: string,
  route: Route,
  asked: GitRequest,
  request: IncomingMessage,
): NodeJS.ProcessEnv {
  const { headers } = request;
  const length = headers["content-length"];
  const config = BACKEND_CONFIG.flatMap(([key, value], n) => [
    [`GIT_CONFIG_KEY_${n}`, key],
    [`GIT_CONFIG_VALUE_${n}`, value],
  ]);
  return {
    PATH: process.env.PATH,
    HOME: root,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_CONFIG_COUNT: String(BACKEND_CONFIG.length),
    ...Object.fromEntries(config),
    GIT_PROJECT_ROOT: root,
    GIT_HTTP_EXPORT_ALL: "1",
    GIT_PROTOCOL: String(headers["git-protocol"] ?? ""),
    PATH_INFO: route.pathInfo,
    QUERY_STRING: route.query,
    REQUEST_METHOD: request.method,
    CONTENT_TYPE: headers["content-type"] ?? "",
    // Without a length the backend reads to the end: a chunked body.
    ...(length === undefined ? {} : { CONTENT_LENGTH: length }),
    HTTP_CONTENT_ENCODING: headers["content-encoding"] ?? "",
    // A name here lets the backend serve pushes; whether this one may was decided before.
    REMOTE_USER: asked.user || "anonymous",
    REMOTE_ADDR: request.socket.remoteAddress ?? "",
  };
}

function runBackend(
  env: NodeJS.ProcessEnv,
  request: IncomingMessage,
  response: ServerResponse,
  loseAnswer: boolean,
  keep: { readonly key: string; readonly known: Capabilities } | null,
): Promise<void> {
  const backend = spawn("git", ["http-backend"], { env });
  request.pipe(backend.stdin);
  // A client that leaves ends the input early. Git sees that; a push that it has whole is still carried out.
  request.on("close", () => backend.stdin.end());
  backend.stdin.on("error", () => request.resume());
  backend.stderr.resume();
  return new Promise((done) => {
    const body = cgiHeaders(backend.stdout, (status, headers) => {
      if (!loseAnswer) response.writeHead(status, headers);
      if (keep !== null && status === 200) keep.known.keep(keep.key, headers, body);
    });
    if (loseAnswer) body.resume();
    else body.pipe(response);
    response.on("close", () => body.unpipe(response).resume());
    body.on("error", (error) => {
      backend.kill();
      refuse(response, 500, error.message);
    });
    backend.on("error", () => refuse(response, 500, "git http-backend did not start"));
    backend.on("close", () => {
      if (loseAnswer) request.socket.destroy();
      else if (!response.headersSent) refuse(response, 500, "git http-backend gave no answer");
      done();
    });
  });
}
