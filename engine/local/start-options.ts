/** How a run is started. */
import type { Config } from "../config/schema.ts";
import type { DriverOptions, RunReport } from "./driver.ts";

export interface StartOptions extends DriverOptions {
  readonly root: string;
  readonly runId: string;
  readonly source: string;
  readonly graphPath: string | null;
  readonly workdir: string;
  readonly config: Config;
  /** The text of a simulation script; "" simulates agents by what edges offer; null runs for real. */
  readonly script: string | null;
  readonly inputs: Readonly<Record<string, string>>;
  /** What else is not real, beside what the script simulates. */
  readonly simulated: readonly string[];
  readonly invocation: readonly string[];
}

/** A manager begins the run of its graph by it. */
export type StartChild = (options: StartOptions) => Promise<RunReport>;

/** And takes up again what an earlier attempt of it left when a provider stopped it. */
export type ResumeChild = (
  folder: string,
  options: DriverOptions & { readonly by: string },
) => Promise<RunReport>;
