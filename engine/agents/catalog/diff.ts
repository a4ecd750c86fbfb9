/** What an update of the catalog changes, one model a line. */
import type { Catalog, Model } from "./catalog.ts";

export function diffCatalogs(before: Catalog, after: Catalog): string[] {
  const providers = new Set([...Object.keys(before.providers), ...Object.keys(after.providers)]);
  return [...providers].flatMap((provider) => {
    const [old, now] = [before.providers[provider] ?? {}, after.providers[provider] ?? {}];
    return [...new Set([...Object.keys(old), ...Object.keys(now)])].sort().flatMap((id) => {
      const change = changeOf(old[id], now[id]);
      return change === null ? [] : [`${change.sign} ${provider}/${id}${change.what}`];
    });
  });
}

function changeOf(old: Model | undefined, now: Model | undefined): { sign: string; what: string } | null {
  if (old === undefined) return { sign: "+", what: `  ${told(now!)}` };
  if (now === undefined) return { sign: "-", what: "" };
  if (now.retired !== undefined && old.retired === undefined)
    return { sign: "-", what: `  retired ${now.retired}, its price is kept` };
  const keys = [...new Set([...Object.keys(old), ...Object.keys(now)])] as (keyof Model)[];
  const changed = keys.filter((key) => JSON.stringify(old[key]) !== JSON.stringify(now[key]));
  if (changed.length === 0) return null;
  const words = changed.map(
    (key) => `${key} ${JSON.stringify(old[key]) ?? "none"} -> ${JSON.stringify(now[key]) ?? "none"}`,
  );
  return { sign: "~", what: `  ${words.join(", ")}` };
}

const told = ({ input, output }: Model): string =>
  input === undefined ? "price unknown" : `$${input} in, $${output} out a million tokens`;
