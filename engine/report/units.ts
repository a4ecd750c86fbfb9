/** Times, sums and counts as people read them. What nobody measured is said so, never shown as zero. */
import { once } from "../once.ts";

const UNKNOWN = "unknown";
/** Made when it is first needed: it takes as long as all else of a job's start that is not git. */
const grouped = once(() => new Intl.NumberFormat("en-US"));

/** The two largest units: `740 ms`, `12.4 s`, `3 m 20 s`, `7 h 47 m`, `2 d 3 h`. */
export function durationText(ms: number | null): string {
  if (ms === null || !Number.isFinite(ms) || ms < 0) return UNKNOWN;
  if (ms < 999.5) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${trimZero((ms / 1000).toFixed(1))} s`;
  const seconds = Math.round(ms / 1000);
  if (seconds < 3600) return pair(seconds, 60, "m", "s");
  const minutes = Math.round(seconds / 60);
  return minutes < 1440 ? pair(minutes, 60, "h", "m") : pair(Math.round(minutes / 60), 24, "d", "h");
}

/** Dollars; below a cent with the digits that tell something. */
export function money(usd: number | null): string {
  if (usd === null || !Number.isFinite(usd) || usd < 0) return UNKNOWN;
  if (usd === 0 || usd >= 0.01) return `$${usd.toFixed(2).replace(/\B(?=(\d{3})+\.)/g, ",")}`;
  return usd < 0.0001 ? "< $0.0001" : `$${trimZero(usd.toFixed(4))}`;
}

export function countText(n: number | null): string {
  return n === null || !Number.isFinite(n) ? UNKNOWN : grouped().format(n);
}

export function plural(n: number, one: string, many = `${one}s`): string {
  return `${countText(n)} ${n === 1 ? one : many}`;
}

function pair(total: number, base: number, large: string, small: string): string {
  const rest = total % base;
  return rest === 0 ? `${total / base} ${large}` : `${Math.floor(total / base)} ${large} ${rest} ${small}`;
}

function trimZero(text: string): string {
  return text.replace(/\.?0+$/, "");
}

/** A moment for readers in many zones, to the minute; what is no time stays as it is. */
export function minuteUtc(timestamp: string): string {
  const at = Date.parse(timestamp);
  return Number.isNaN(at) ? timestamp : `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

/** For somebody at this machine: its zone. */
export function minuteHere(timestamp: string): string {
  const at = new Date(timestamp);
  if (Number.isNaN(at.getTime())) return timestamp;
  const two = (part: number): string => String(part).padStart(2, "0");
  const day = `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())}`;
  return `${day} ${two(at.getHours())}:${two(at.getMinutes())}`;
}
