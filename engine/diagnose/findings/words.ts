/** How findings speak: places, times, the command to type. */
import { countText } from "../../report/units.ts";
import type { RunFacts, ScopeFacts } from "../facts/facts.ts";

/** `6 h 59 m 45 s`: a diagnosis is compared with other records, so nothing is rounded away. */
export function exact(ms: number): string {
  const seconds = Math.floor(Math.max(0, ms) / 1000);
  const parts: [number, string][] = [
    [Math.floor(seconds / 86_400), "d"],
    [Math.floor(seconds / 3600) % 24, "h"],
    [Math.floor(seconds / 60) % 60, "m"],
    [seconds % 60, "s"],
  ];
  const told = parts.filter(([n]) => n > 0).map(([n, unit]) => `${n} ${unit}`);
  return told.length === 0 ? "0 s" : told.join(" ");
}

/** Sums are told to the last digit that providers give, and without the noise beyond it. */
export const usd8 = (usd: number): number => Math.round(usd * 1e8) / 1e8;
export const dollars = (usd: number): string =>
  `$${usd8(usd)
    .toFixed(8)
    .replace(/0{1,6}$/, "")}`;

export const percent = (part: number, whole: number): number =>
  whole <= 0 ? 0 : Math.round((1000 * part) / whole) / 10;

export const clock = (ms: number): string => (ms === 0 ? "?" : new Date(ms).toISOString().slice(11, 19));

export const inBranch = (key: string): string => (key === "" ? "" : ` in branch ${key}`);

export const timesWords = (n: number): string =>
  n === 1 ? "once" : n === 2 ? "twice" : `${countText(n)} times`;

/** A quoted text, in one line and not for ever. */
export function quote(text: string, most = 200): string {
  const line = text.replace(/\s+/g, " ").trim();
  return `"${line.length > most ? `${line.slice(0, most)}…` : line}"`;
}

export const some = (names: readonly string[], most = 6): string =>
  names.length <= most
    ? names.join(", ")
    : `${names.slice(0, most).join(", ")} and ${countText(names.length - most)} more`;

/** What to type to go on with the run; another engine's run can only be begun again. */
export const goOn = (facts: RunFacts): string =>
  facts.dialect === "attractor"
    ? `\`${facts.command} resume ${facts.runId || "RUN"}\` goes on after the last stage that completed`
    : "start the graph again with `attractor run graph.dot`, which writes an end whatever happens";

/** It can still go on: nobody ended it, and its driver lives or may live. */
const QUIET_MS = 10 * 60_000;
export function mayGoOnWords(facts: RunFacts): boolean {
  if (facts.ended) return false;
  if (facts.alive !== null) return facts.alive;
  return facts.now - lastMs(facts) < QUIET_MS;
}

export const lastMs = (facts: RunFacts): number =>
  Math.max(0, ...[...facts.scopes.values()].map(({ last }) => last?.ms ?? 0));

export const waits = (facts: RunFacts): boolean =>
  !facts.ended && [...facts.gates.values()].some(({ answer }) => answer === "open");

export const scopesOf = (facts: RunFacts): ScopeFacts[] => [...facts.scopes.values()];
