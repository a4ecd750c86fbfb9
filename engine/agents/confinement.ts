/** What stands around the commands of each provider's agents. One answer for preflight, plan and whoever reports it. */
import type { Config, Provider } from "../config/schema.ts";
import type { CliName } from "./cli/adapter.ts";
import { adapterOf } from "./cli/adapters.ts";
import { authOf, cliOf } from "./cli-of.ts";

export interface Confinement {
  readonly provider: string;
  /** null: nothing. */
  readonly by: "bubblewrap" | "its own sandbox" | null;
  /** Why nothing does; "" where something does. */
  readonly why: string;
}

/** What the machine can do; `plan` asks for another machine than its own. */
export interface Confiner {
  /** Bubblewrap, as a stage would start it. */
  canConfine(): Promise<boolean>;
  /** The sandbox that a CLI brings. */
  ownSandbox(cli: CliName, executable: string): Promise<boolean>;
}

const NO_BUBBLEWRAP = "bubblewrap cannot start here";

export function confinements(
  used: readonly string[],
  { sandbox, egress, llm }: Pick<Config, "sandbox" | "egress" | "llm">,
  machine: Confiner,
): Promise<Confinement[]> {
  return Promise.all(
    used.map(async (name) => ({
      provider: name,
      ...(await around(name, llm.providers[name]!, { sandbox, egress }, machine)),
    })),
  );
}

type Around = Omit<Confinement, "provider">;
const by = (what: NonNullable<Confinement["by"]>): Around => ({ by: what, why: "" });
const nothing = (why: string): Around => ({ by: null, why });

async function around(
  name: string,
  provider: Provider,
  { sandbox, egress }: Pick<Config, "sandbox" | "egress">,
  machine: Confiner,
): Promise<Around> {
  if (sandbox === "off") return nothing("sandbox: off");
  const ours = async () => ((await machine.canConfine()) ? by("bubblewrap") : nothing(NO_BUBBLEWRAP));
  switch (provider.backend) {
    case "api":
      return await ours();
    case "command":
      return sandbox === "required" || egress !== undefined
        ? await ours()
        : nothing("a command of yours is confined under sandbox: required alone");
    case "acp":
      return withLogin(provider.auth === "login", await ours());
    case "cli": {
      const cli = cliOf(name, provider);
      if (cli === null) return nothing("nobody knows which CLI it is");
      const adapter = adapterOf(cli);
      const executable = provider.executable ?? adapter.executable;
      // Which knows of no list of hosts.
      if (egress === undefined && (await machine.ownSandbox(cli, executable))) return by("its own sandbox");
      const shut = authOf(cli, provider) === "login" && adapter.loginFolder === undefined;
      return withLogin(shut, await ours());
    }
  }
}

const withLogin = (shut: boolean, found: Around): Around =>
  shut && found.by !== null ? nothing("bubblewrap would shut out its login") : found;

/** One sentence for those that share a reason. */
export function notConfined(found: readonly Confinement[]): string[] {
  const bare = Map.groupBy(
    found.filter((one) => one.by === null),
    ({ why }) => why,
  );
  return [...bare].map(
    ([why, of]) =>
      `not confined: commands of the agents of ${of.map(({ provider }) => provider).join(", ")}: ${why}`,
  );
}
