/** A run's sink to CXDB, as its configuration asks: the binary protocol where an address for it is given, else HTTP. */
import type { RunEvent } from "../core/events.ts";
import { binaryTransport } from "./binary.ts";
import { httpTransport, publishRegistry } from "./http.ts";
import { CxdbError, type CxdbTransport } from "./port.ts";
import { writeRecord } from "./record.ts";

export interface CxdbAddress {
  readonly http_base_url?: string | undefined;
  readonly binary_addr?: string | undefined;
}

export interface Recorded {
  readonly contextId: string;
  readonly headTurnId: string;
}

/** The id of a new context for a run. */
export async function newContext(address: CxdbAddress, runId: string): Promise<string> {
  return using(address, runId, async (transport) => {
    const { http_base_url } = address;
    // Without names the turns are there all the same.
    if (http_base_url !== undefined) await publishRegistry(http_base_url).catch(() => undefined);
    return (await transport.create()).contextId;
  });
}

export async function recordRun(
  address: CxdbAddress,
  contextId: string,
  events: readonly RunEvent[],
  mask: (text: string) => string,
): Promise<Recorded> {
  const runId = events[0]?.run_id ?? "";
  const headTurnId = await using(address, runId, (transport) =>
    writeRecord({ transport, mask }, contextId, events),
  );
  return { contextId, headTurnId };
}

async function using<T>(
  { binary_addr, http_base_url }: CxdbAddress,
  runId: string,
  work: (transport: CxdbTransport) => Promise<T>,
): Promise<T> {
  if (binary_addr === undefined && http_base_url === undefined)
    throw new CxdbError("cxdb names neither binary_addr nor http_base_url");
  const transport =
    binary_addr === undefined
      ? httpTransport(http_base_url ?? "")
      : await binaryTransport(binary_addr, `attractor ${runId}`);
  try {
    return await work(transport);
  } finally {
    transport.close();
  }
}
