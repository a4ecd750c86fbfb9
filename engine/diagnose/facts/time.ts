/** Instants of a log. Lines of one minute follow one another, so each minute is worked out once: a log may have millions. */
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z$/;
/** `2026-02-10T09:22` */
const MINUTE = 16;
const ZERO = 48;

let minute = "";
let minuteMs = 0;

/** Epoch milliseconds; 0 when the text is no time. */
export function msOf(ts: string): number {
  if (ts.length < 20 || !ts.startsWith(minute) || minute === "") return slow(ts);
  const tens = ts.charCodeAt(17) - ZERO;
  const ones = ts.charCodeAt(18) - ZERO;
  if (tens < 0 || tens > 5 || ones < 0 || ones > 9 || ts.charCodeAt(16) !== 58) return slow(ts);
  let ms = 0;
  let at = 19;
  if (ts.charCodeAt(at) === 46) {
    for (let weight = 100; ; weight /= 10) {
      const digit = ts.charCodeAt(++at) - ZERO;
      if (!(digit >= 0 && digit <= 9)) break;
      if (weight >= 1) ms += digit * weight;
    }
  }
  // `Z` and nothing more; any other zone, and what is no time, is worked out in full.
  if (ts.charCodeAt(at) !== 90 || at + 1 !== ts.length || at === 20) return slow(ts);
  return minuteMs + (tens * 10 + ones) * 1000 + ms;
}

function slow(ts: string): number {
  const ms = Date.parse(ts);
  if (Number.isNaN(ms)) return 0;
  if (ISO.test(ts)) {
    minute = ts.slice(0, MINUTE);
    minuteMs = Date.parse(`${minute}:00Z`);
  }
  return ms;
}
