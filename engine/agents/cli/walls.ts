/** What stands around a CLI: the sandbox that it brings, else ours around the whole of it, else nothing, said aloud. */
import { join } from "node:path";
import { type OpenedRoom, openEnclosed, withoutWalls } from "../confine/sandbox.ts";
import type { AgentRequest } from "../port.ts";
import { statusFolder } from "../status-link.ts";
import type { Access, CliAdapter } from "./adapter.ts";
import type { CliDeps, CliProvider } from "./deps.ts";
import { sandboxProblem } from "./sandbox.ts";

export interface WallRequest {
  readonly agent: AgentRequest;
  readonly adapter: CliAdapter;
  readonly provider: CliProvider;
  readonly deps: Pick<CliDeps, "sandbox" | "egress">;
  readonly executable: string;
  readonly env: Readonly<Record<string, string>>;
}

/** null: its own can start, and is to be switched on. */
export const ownSandbox = async ({ adapter, executable, env, deps }: WallRequest): Promise<string | null> =>
  (deps.egress ?? null) === null
    ? await sandboxProblem(adapter, executable, env)
    : "its own sandbox does not keep the list of hosts";

/** For one whose own sandbox is of no use here, once the status path is open. */
export async function wallsAround(
  asked: WallRequest,
  why: string,
  stateRoot: string,
  access: Access,
): Promise<OpenedRoom> {
  const { agent, adapter, provider, deps, env } = asked;
  const { request, statusPath } = agent;
  const login = provider.auth === "login" ? loginPlace(adapter, env) : [];
  const { sandbox, egress = null } = deps;
  if (login === null)
    return withoutWalls(
      { request, sandbox, egress },
      `${adapter.name}: ${why}; and its login would be shut out`,
    );
  const opened = await openEnclosed({
    ...{
      request,
      env,
      sandbox,
      egress,
      modelUrl: access.kind === "proxy" ? access.url : null,
      what: `${adapter.name}: ${why}`,
    },
    ...{ write: [stateRoot, statusFolder(statusPath), ...login], statusPath: null, endsWithParent: false },
  });
  return opened;
}

/** null: nobody knows where all of it lies. */
const loginPlace = ({ loginFolder }: CliAdapter, { HOME }: Readonly<Record<string, string>>) =>
  loginFolder === undefined || HOME === undefined ? null : [join(HOME, loginFolder)];
