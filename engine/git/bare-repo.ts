/**
 * A bare repository of the driver's own, and the only place from which it talks to a remote. Nothing that a stage can
 * write reaches it: no user or system configuration, no hooks, no netrc, one protocol, objects checked on arrival.
 */
import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { inTurn } from "./one-at-a-time.ts";
import { type Git, gitIn } from "./process.ts";

export interface RemoteOptions {
  /** `https://…/owner/name.git`, without user or token. */
  readonly url: string;
  /** Asked for each time: tokens of an app expire. null where reading needs none. */
  readonly token: (() => string | Promise<string>) | null;
  readonly timeoutMs?: number;
}

export interface BareRepo {
  readonly url: string;
  /** Works on local objects and refs. */
  readonly git: Git;
  /** May reach the remote, with the credential. Calls take turns: git locks its shallow file. */
  readonly online: Git;
}

/** Raised for a remote that may not be given a token or that is not spoken to. */
export class RemoteUrlError extends Error {
  override readonly name = "RemoteUrlError";
  readonly fix = "use the https address of the repository, without user name and token in it";
}

const DEFAULT_TIMEOUT_MS = 120_000;

export async function openBareRepo(folder: string, remote: RemoteOptions): Promise<BareRepo> {
  const url = checkedUrl(remote.url, remote.token !== null);
  const home = join(folder, "home");
  await mkdir(home, { recursive: true });
  const env = cleanEnv(home, url.protocol.slice(0, -1));
  const repo = join(folder, "repo.git");
  await gitIn(folder, env)(["init", "--quiet", "--bare", "--template=", repo]);
  const local = gitIn(repo, { ...env, GIT_DIR: repo });
  const networked = gitIn(repo, { ...env, GIT_DIR: repo }, [
    "transfer.fsckObjects=true",
    "http.lowSpeedLimit=1",
    "http.lowSpeedTime=60",
    "credential.helper=",
    `credential.${url.origin}.helper=${READ_FROM_3}`,
  ]);
  const turn = inTurn();
  const online: Git = (args, call) =>
    turn(async () => {
      const secret = remote.token ? credential(await remote.token()) : "";
      return await networked(args, { timeoutMs: remote.timeoutMs ?? DEFAULT_TIMEOUT_MS, ...call, secret });
    });
  return { url: remote.url, git: local, online };
}

/** git runs it with `get`, `store` or `erase`; only the first is answered. */
const READ_FROM_3 = '!f() { test "$1" = get && cat <&3; }; f';

function credential(token: string): string {
  if (/[\r\n\0]/.test(token)) throw new RemoteUrlError("the token holds a line break");
  return `username=x-access-token\npassword=${token}\n`;
}

function checkedUrl(text: string, hasToken: boolean): URL {
  const url = URL.parse(text);
  if (!url || !/^https?:$/.test(url.protocol)) throw new RemoteUrlError(`${text} is no http address`);
  if (url.username || url.password) throw new RemoteUrlError("the address of the remote holds a credential");
  const loopback = /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/.test(url.hostname);
  if (hasToken && url.protocol === "http:" && !loopback)
    throw new RemoteUrlError(`a token is not sent to ${url.origin} over plain http`);
  return url;
}

/** How the machine reaches the network is the machine's business; everything else is left out. */
const NETWORK_VARIABLES =
  /^(?:https?_proxy|no_proxy|all_proxy|SSL_CERT_FILE|SSL_CERT_DIR|GIT_SSL_CAINFO|GIT_SSL_CAPATH|CURL_CA_BUNDLE)$/i;

function cleanEnv(home: string, protocol: string): NodeJS.ProcessEnv {
  const network = Object.entries(process.env).filter(([name]) => NETWORK_VARIABLES.test(name));
  return {
    ...Object.fromEntries(network),
    PATH: process.env.PATH,
    TMPDIR: process.env.TMPDIR,
    // An empty home: curl reads ~/.netrc whatever git's configuration says.
    HOME: home,
    XDG_CONFIG_HOME: home,
    GIT_CONFIG_NOSYSTEM: "1",
    GIT_CONFIG_GLOBAL: "/dev/null",
    GIT_ATTR_NOSYSTEM: "1",
    GIT_ALLOW_PROTOCOL: protocol,
  };
}
