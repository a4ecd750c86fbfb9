/**
 * Chat completions, as many servers speak them: a call's first fragment may hold whole arguments, or `{}`, and later
 * fragments hold them again; the index may be missing, or one index may serve two calls (R-AGENT-2). Whole arguments
 * are kept back until the next fragment of the call tells; what comes later and begins anew wins.
 */
import { dataOf, eventOf } from "./events.ts";
import type { Repair } from "./repair.ts";
import type { Wire } from "./wire.ts";

interface Fragment {
  readonly index?: number | null;
  readonly id?: string | null;
  readonly function?: { readonly name?: string | null; readonly arguments?: string | null };
}

interface Chunk {
  readonly choices?: readonly {
    readonly delta?: { readonly tool_calls?: readonly Fragment[] | null } | null;
    readonly finish_reason?: string | null;
  }[];
}

interface Call {
  readonly index: number;
  readonly raw: number | null;
  readonly id: string | null;
  held: string | null;
  begun: boolean;
}

export function chatRepair(wire: Wire): Repair {
  const calls: Call[] = [];
  let template: Chunk = {};

  const release = (): Fragment[] =>
    calls.flatMap((call) => {
      if (call.held === null) return [];
      const { held, index } = call;
      call.held = null;
      return [{ index, function: { arguments: held } }];
    });

  const withFragments = (chunk: Chunk, fragments: readonly Fragment[]): string =>
    eventOf({
      ...chunk,
      choices: [{ ...chunk.choices?.[0], delta: { ...chunk.choices?.[0]?.delta, tool_calls: fragments } }],
    });

  const alone = (fragments: readonly Fragment[]): string =>
    fragments.length === 0
      ? ""
      : withFragments(
          { ...template, choices: [{ ...template.choices?.[0], delta: {}, finish_reason: null }] },
          fragments,
        );

  const put = (fragment: Fragment): { fragment: Fragment; changed: boolean } => {
    const call = callOf(calls, fragment);
    const text = fragment.function?.arguments ?? "";
    const renumbered = fragment.index !== call.index;
    if (renumbered) wire.repairs.add(fragment.index == null ? "missing index" : "one index for two calls");
    const as = (args: string): { fragment: Fragment; changed: boolean } => ({
      fragment: { ...fragment, index: call.index, function: { ...fragment.function, arguments: args } },
      changed: true,
    });
    if (call.held !== null && text.trim() !== "") {
      const { held } = call;
      call.held = null;
      if (!text.trimStart().startsWith("{")) return as(held + text);
      wire.repairs.add("arguments in start and deltas");
      return as(text);
    }
    if (!call.begun && text.trim() !== "") {
      call.begun = true;
      if (isWhole(text)) {
        call.held = text;
        return as("");
      }
    }
    return renumbered ? as(text) : { fragment, changed: false };
  };

  return {
    concerns: (text) => text.includes('"tool_calls"') || text.includes('"usage"') || calls.length > 0,
    event(event) {
      if (event.includes('"usage":{') || event.includes('"usage": {')) wire.usage.push(event);
      const chunk = dataOf(event) as Chunk | null;
      if (chunk === null) return null;
      const choice = chunk.choices?.[0];
      const fragments = choice?.delta?.tool_calls;
      const over = typeof choice?.finish_reason === "string";
      if (!fragments?.length) return over ? alone(release()) + event : null;
      template = chunk;
      const done = fragments.map(put);
      // What comes in the chunk that finishes is complete.
      const rest = over ? release() : [];
      if (rest.length === 0 && done.every(({ changed }) => !changed)) return null;
      return withFragments(chunk, [...done.map((each) => each.fragment), ...rest]);
    },
    end: () => alone(release()),
  };
}

/** By id where one is given, else by the index, else the latest. */
function callOf(calls: Call[], { id, index, function: named }: Fragment): Call {
  const raw = index ?? null;
  const same = calls.findLast((call) =>
    id ? call.id === id && (raw === null || call.raw === raw) : raw === null || call.raw === raw,
  );
  // A name without an id and with arguments of its own begins a call that nobody numbered.
  const another = same && !id && raw === null && named?.name && same.begun;
  if (same && !another) return same;
  // The id may come after the index: then it is no new call.
  const nameless = id && calls.findLast((call) => call.raw === raw && call.id === null);
  if (nameless) {
    const known = { ...nameless, id };
    calls[calls.indexOf(nameless)] = known;
    return known;
  }
  const taken = new Set(calls.map((call) => call.index));
  let free = raw ?? calls.length;
  while (taken.has(free)) free++;
  const call: Call = { index: free, raw, id: id || null, held: null, begun: false };
  calls.push(call);
  return call;
}

function isWhole(text: string): boolean {
  if (!/^\s*\{[\s\S]*\}\s*$/.test(text)) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
