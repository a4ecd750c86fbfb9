/** What a CLI backend is given: its provider as configured, and the driver's own means. */

import type { Protocol } from "../../config/known-providers.ts";
import type { ParentEnv } from "../../stages/inherit-env.ts";
import type { StageRequest } from "../../stages/port.ts";
import type { AtBase } from "../base-ref.ts";
import type { Upstream } from "../proxy/forward.ts";
import type { Price } from "../proxy/price.ts";
import type { CliName } from "./adapter.ts";
import type { CliLimits } from "./play.ts";

export interface CliProvider {
  /** As the configuration names it. */
  readonly name: string;
  /** Only to name another binary. */
  readonly executable?: string;
  readonly auth: "key" | "login" | "github_token";
  readonly passEnv: readonly string[];
}

export interface NamedCli extends CliProvider {
  readonly cli: CliName;
}

export interface CliDeps {
  readonly parentEnv: ParentEnv;
  /** Address and key that the proxy adds; null where `auth` needs none, or the key is missing. */
  readonly upstream: Upstream | null;
  /** What the upstream speaks, when it is not what the CLI speaks at home. */
  readonly protocol?: Protocol;
  readonly githubToken: string | null;
  readonly price: Price;
  /** US dollars that the stage may still spend; null: no bound. */
  readonly spendable: (request: StageRequest) => number | null;
  readonly onUnknown: "block" | "allow";
  /** The CLI's own. auto: where it can start; required: nothing runs where it cannot. */
  readonly sandbox: "off" | "auto" | "required";
  /** Hosts that the agent may speak to, beside its model; null: all. A list is kept by our sandbox alone. */
  readonly egress?: readonly string[] | null;
  /** Whether instruction files and settings that lie in the tree may reach the CLI (R-AGENT-22). */
  readonly instructionFiles: boolean;
  /** What it is told in their place, and what the tree must agree with; absent, nothing. */
  readonly base?: AtBase;
  readonly limits?: Partial<CliLimits>;
}
