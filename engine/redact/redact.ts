/** Masks secrets in text that leaves the machine: the values we were given, and shapes that are secrets anywhere. */

const MASK = "***";
/** Shorter values would blank ordinary words and hide nothing. */
const SHORTEST = 8;

interface Shape {
  /** Where a secret begins. The first group, if any, stays; the rest is masked. */
  readonly head: RegExp;
  /** What it goes on with. Walked by hand: the expression engine overflows on runs of megabytes. */
  readonly rest: RegExp | null;
  /** The secret ends before the last of these in its run; without one it was none. */
  readonly before?: string;
}

const WORD = /[A-Za-z0-9_-]/;
const VALUE = /[^\s"',;]/;

/** No letter before it, unless that ends a colour of the terminal. */
const START = String.raw`(?:(?<![A-Za-z0-9])|(?<=\x1b\[[\d;]{0,12}m))`;
const begins = (source: string): RegExp => new RegExp(`${START}(?:${source})`, "g");

/** Every expression is linear on hostile text: its runs are bounded, and it cannot start inside its own run. */
const SHAPES: readonly Shape[] = [
  {
    head: /-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----|$)/g,
    rest: null,
  },
  // The end of a key whose beginning was cut away.
  {
    head: /(?:^[A-Za-z0-9+/=]{16,76}\r?\n){1,60}-----END [A-Z0-9 ]{0,40}PRIVATE KEY-----/gm,
    rest: null,
  },
  {
    head: begins(String.raw`(?<![_-])eyJ[A-Za-z0-9_-]{5,9000}\.[A-Za-z0-9_-]{5}`),
    rest: /[A-Za-z0-9_.-]/,
  },
  { head: /gh[a-z]_[A-Za-z0-9]{16}|github_pat_[A-Za-z0-9_]{16}/g, rest: WORD },
  // GitHub's new ones hold a JSON web token, and 1Password's are base64 of an object.
  { head: /ghs_\d{1,20}_[A-Za-z0-9_-]{16}|ops_eyJ[A-Za-z0-9+/=]{16}/g, rest: /[A-Za-z0-9_.+/=-]/ },
  {
    head: begins(
      // Variables of npm and Python begin like tokens, and go on with words.
      "(?:sk-|glpat-|figd_|tskey-[a-z]{2,20}-)[A-Za-z0-9_-]{16}|(?:xox[a-z]|xapp)-[A-Za-z0-9-]{10}|(?:npm|hf|gsk|r8|ntn|lin_api|shp[a-z]{2,3}|dop_v1|[sr]k_(?:live|test)|whsec|pplx|xai|glsa|cf(?:k|ut|at))[_-][A-Za-z0-9]{24}|vc[piark]_[A-Za-z0-9]{20}|dapi[A-Fa-f0-9]{32}",
    ),
    rest: WORD,
  },
  // The third is Z.ai's, the next Telegram's, the last a secret of an application at Azure.
  {
    head: begins(
      String.raw`A(?:KIA|SIA)[A-Z0-9]{16}(?![A-Za-z0-9])|(?:AIza|hv[sbr]\.|ya29\.|GOCSPX-|pypi-AgE|SG\.|AGE-SECRET-KEY-1|dckr_pat_)[A-Za-z0-9_-]{16}|[0-9a-f]{32}\.[A-Za-z0-9]{16}(?![A-Za-z0-9.])|\d{8,10}:AA[A-Za-z0-9_-]{30}|[A-Za-z0-9_~.-]{3}8Q~[A-Za-z0-9_~.-]{24}`,
    ),
    rest: /[A-Za-z0-9_~.-]/,
  },
  { head: /((?:AccountKey|SharedAccessKey|[?&]sig)=)[A-Za-z0-9+/%]{24}/g, rest: /[A-Za-z0-9+/%=]/ },
  {
    head: /(hooks\.slack\.com\/services\/|discord(?:app)?\.com\/api\/webhooks\/)[A-Za-z0-9_/-]{16}/g,
    rest: /[A-Za-z0-9_/-]/,
  },
  // Where a name says that it is one: letters and digits mixed, and long.
  {
    head: /((?:passw(?:or)?d|secret|token|(?:api|access|private|account)[_-]?key)["']?\s{0,4}[:=]\s{0,4}["']?)(?=[A-Za-z_+/=.-]{0,60}\d)(?=[\d_+/=.-]{0,60}[A-Za-z])[A-Za-z0-9_+/=.-]{20}/gi,
    rest: /[A-Za-z0-9_+/=.-]/,
  },
  {
    head: /(authorization["']?\s{0,4}[:=]\s{0,4}["']?(?:bearer|basic|token|digest|negotiate)\s{1,4})[^\s"',;]/gi,
    rest: VALUE,
  },
  {
    head: /((?:authorization|x-api-key|api-key|private-token)["']?\s{0,4}[:=]\s{0,4}["']?)(?=[^\s"',;]{0,80}\d)[^\s"',;]{8}/gi,
    rest: VALUE,
  },
  {
    head: /(\bbearer\s{1,4})(?=[A-Za-z._~+/=-]{0,80}\d)[A-Za-z0-9._~+/=-]{12}/gi,
    rest: /[A-Za-z0-9._~+/=-]/,
  },
  { head: /(\b[a-z][a-z0-9+.-]{1,20}:\/\/)(?!git@)/gi, rest: /[^\s/?#"'<>]/, before: "@" },
];

/** A function that masks; masking its own output again changes nothing. */
export function redactor(secrets: readonly string[]): (text: string) => string {
  const values = secretsPattern(secrets);
  const once = (text: string): string => {
    let out = values ? text.replace(values, MASK) : text;
    for (const shape of SHAPES) out = maskShape(out, shape);
    return out;
  };
  return (text) => {
    let before = text;
    for (let after = once(text); ; after = once(after)) {
      if (after === before) return after;
      before = after;
    }
  };
}

/** Plain data with every text in it masked. Before markup is made: escaping would hide a secret from the mask. */
export function redactDeep<T>(value: T, redact: (text: string) => string): T {
  if (typeof value === "string") return redact(value) as T;
  if (Array.isArray(value)) return value.map((item) => redactDeep(item, redact)) as T;
  if (value === null || typeof value !== "object") return value;
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, redactDeep(item, redact)])) as T;
}

function maskShape(text: string, { head, rest, before }: Shape): string {
  let out = "";
  let done = 0;
  for (let found = head.exec(text); found !== null; found = head.exec(text)) {
    const start = found.index + (found[1]?.length ?? 0);
    let end = head.lastIndex;
    while (rest !== null && end < text.length && rest.test(text[end]!)) end++;
    head.lastIndex = end;
    if (before !== undefined) end = text.slice(start, end).lastIndexOf(before) + start;
    if (end <= start) continue;
    out += text.slice(done, start) + MASK;
    done = end;
  }
  return done === 0 ? text : out + text.slice(done);
}

function secretsPattern(secrets: readonly string[]): RegExp | null {
  const forms = new Set(secrets.flatMap((secret) => [secret, ...longLines(secret)]).flatMap(encodings));
  const usable = [...forms].filter((form) => form.length >= SHORTEST && /[^*]/.test(form));
  if (usable.length === 0) return null;
  usable.sort((a, b) => b.length - a.length);
  return new RegExp(usable.map(literally).join("|"), "g");
}

const literally = (value: string): string => value.replace(/[\\^$.*+?()[\]{}|/]/g, "\\$&");

/** Logs show a multi-line secret line by line. */
function longLines(secret: string): string[] {
  const lines = secret.split(/\r?\n/);
  return lines.length === 1 ? [] : lines.map((line) => line.trim()).filter((line) => line.length >= 8);
}

/** As it stands, in a URL, in JSON, and in base64 at each of the three alignments that bytes before it can cause. */
function encodings(value: string): string[] {
  const wellFormed = value.toWellFormed();
  const plain = [value, value.trim(), encodeURIComponent(wellFormed), JSON.stringify(value).slice(1, -1)];
  if (value.length < 8) return plain;
  const bytes = Buffer.from(value);
  const base64 = [0, 1, 2].map((shift) => {
    const text = Buffer.concat([Buffer.alloc(shift), bytes])
      .toString("base64")
      .replace(/=+$/, "");
    const whole = Math.floor(((shift + bytes.length) * 8) / 6);
    return text.slice(Math.ceil((shift * 8) / 6), whole);
  });
  return [...plain, ...base64, ...base64.map((text) => text.replace(/\+/g, "-").replace(/\//g, "_"))];
}
