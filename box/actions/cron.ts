/** Five fields of POSIX cron, as `on.schedule` takes them. */

const RANGES = [
  [0, 59],
  [0, 23],
  [1, 31],
  [1, 12],
  [0, 6],
] as const;

const PARTS = {
  hourCycle: "h23",
  year: "numeric",
  month: "numeric",
  day: "numeric",
  hour: "numeric",
  minute: "numeric",
} as const;

export type Cron = (atMs: number) => boolean;

/** Undefined for what GitHub refuses, too. */
export function parseCron(text: string): Cron | undefined {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== RANGES.length) return undefined;
  const sets = RANGES.map(([least, most], at) => fieldValues(parts[at]!, least, most));
  if (sets.includes(undefined)) return undefined;
  const [minutes, hours, days, months, weekdays] = sets as Set<number>[];
  // With both days given, either is enough.
  const eitherDay = parts[2] !== "*" && parts[4] !== "*";
  return (atMs) => {
    const at = new Date(atMs);
    const day = days!.has(at.getUTCDate());
    const weekday = weekdays!.has(at.getUTCDay());
    return (
      minutes!.has(at.getUTCMinutes()) &&
      hours!.has(at.getUTCHours()) &&
      months!.has(at.getUTCMonth() + 1) &&
      (eitherDay ? day || weekday : day && weekday)
    );
  };
}

/** The wall clock of a time zone, as if it were that of UTC. */
export function localTime(atMs: number, timezone: string): number {
  if (timezone === "UTC") return atMs;
  const parts = new Intl.DateTimeFormat("en-US", { ...PARTS, timeZone: timezone }).formatToParts(atMs);
  const number = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return Date.UTC(number("year"), number("month") - 1, number("day"), number("hour"), number("minute"));
}

function fieldValues(text: string, least: number, most: number): Set<number> | undefined {
  const values = new Set<number>();
  for (const part of text.split(",")) {
    const [, range = "", step = "1"] = /^(\*|\d+(?:-\d+)?)(?:\/(\d+))?$/.exec(part) ?? [];
    if (range === "" || step === "0") return undefined;
    const [from, to = part.includes("/") ? String(most) : range] =
      range === "*" ? [String(least), String(most)] : range.split("-");
    if (Number(from) < least || Number(to) > most) return undefined;
    for (let value = Number(from); value <= Number(to); value += Number(step)) values.add(value);
  }
  return values;
}
