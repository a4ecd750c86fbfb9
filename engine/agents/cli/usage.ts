/** What a call used: the proxy's count where there is one, else the CLI's own account, priced where it did not say. */
import type { Usage } from "../../core/outcome.ts";
import type { Price } from "../proxy/price.ts";
import type { OpenedAccess } from "./access.ts";
import type { Done } from "./call.ts";
import type { CliProvider } from "./deps.ts";

export function cliUsage(
  done: Done,
  { proxy }: OpenedAccess,
  provider: CliProvider,
  price: Price,
): readonly Usage[] {
  if (proxy !== null) return proxy.usage();
  const { played, fileUsage } = done;
  if (played === null || played.process.startError !== null) return [];
  const told = fileUsage.length > 0 ? fileUsage : played.account.usage;
  // It was at work, and nobody can say what that cost.
  if (told.length === 0) return [{ provider: provider.name, cost_usd: null }];
  return told.map((line) => priced({ ...line, provider: provider.name }, provider.name, price));
}

function priced(line: Usage, provider: string, price: Price): Usage {
  if (line.cost_usd !== null || line.model === undefined) return line;
  const { cost_usd: _, provider: _p, model, ...tokens } = line;
  return { ...line, cost_usd: price(provider, model, tokens) };
}

/** A session that the CLI does not have ends it before it has done anything; what its time or its provider ended is another matter. */
export function neverBegan({ reply, played }: Done, { proxy }: OpenedAccess): boolean {
  if (played === null || reply.problem === undefined) return false;
  const { canceled, timed_out } = reply.evidence;
  if (canceled || timed_out || played.stopped !== null || reply.paused || proxy?.lastError()) return false;
  return (
    (proxy?.usage().length ?? 0) === 0 && played.account.response === "" && played.account.usage.length === 0
  );
}
