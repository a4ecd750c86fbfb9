/** The end of a run told to the collector that its configuration names. Loaded where one is named alone. */
import type { RunEvent } from "../core/events.ts";
import { accountOf } from "./account.ts";
import { otlpTraces } from "./otlp.ts";
import { sendTraces } from "./otlp-send.ts";

export interface Destination {
  readonly endpoint: string;
  /** Header to the variable that holds its value. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Null: sent. Else why not, in words that name no secret. `mask`: names and reasons may hold what must not leave. */
export async function exportTraces(
  { endpoint, headers }: Destination,
  events: readonly RunEvent[],
  env: Readonly<Record<string, string | undefined>>,
  mask: (text: string) => string,
  now: number,
): Promise<string | null> {
  const given: Record<string, string> = {};
  for (const [header, variable] of Object.entries(headers)) {
    const value = env[variable];
    if (value === undefined || value === "")
      return `the environment has no ${variable}, which otlp.headers names for ${header}`;
    given[header] = value;
  }
  const traces = JSON.parse(mask(JSON.stringify(otlpTraces(accountOf(events), now)))) as object;
  return sendTraces({ endpoint, headers: given }, traces);
}
