/** What every reading of a reason starts from: bounded, without terminal dressing, JSON laid flat in one order. */

/** Beyond this the middle is left out: tools name the cause at the start or at the end. */
const HEAD = 4500;
const TAIL = 1500;
/** Stands after a JSON key, so that keys are not taken for words of the reason. */
export const KEY_MARK = "\u0001";
const JSON_ATTEMPTS = 8;

export function clean(text: string): string {
  const capped = text.length > HEAD + TAIL ? `${text.slice(0, HEAD)}\n${text.slice(-TAIL)}` : text;
  return plainSymbols(flattenJson(capped.replace(/\u001b\[[0-9;?]{0,16}[A-Za-z]/g, "").replace(CROSS, "✗ ")));
}

/** A failed test's mark; elsewhere it is a sign among numbers. */
const CROSS = /^[ \t]{0,16}\u00d7 /gm;

const SYMBOLS = new Map(
  Object.entries({
    "‘": "'",
    "’": "'",
    "“": '"',
    "”": '"',
    "«": '"',
    "»": '"',
    "´": "`",
    "›": ">",
    "❯": ">",
    "→": ">",
    "–": " - ",
    "—": " - ",
    "…": " ",
    "\t": " ",
    "\r": "\n",
    "\u00a0": " ",
    "\u200b": "",
    "\ufeff": "",
  }),
);

function plainSymbols(text: string): string {
  let out = "";
  let from = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text.charCodeAt(i);
    if (c >= 32 && c < 127) continue;
    const plain = SYMBOLS.get(text[i]!) ?? (isPicture(c) ? " " : undefined);
    if (plain === undefined) continue;
    out += text.slice(from, i) + plain;
    from = i + 1;
  }
  return out + text.slice(from);
}

/** ✓ ✔ ✅ tell what is not the failure, ✗ ✖ ✕ ✘ what is. */
const TICKS = new Set([0x2713, 0x2714, 0x2705, 0x2715, 0x2716, 0x2717, 0x2718]);

/** Box drawing, arrows, bullets, ticks and control characters other than a line break and the key mark. */
const isPicture = (c: number): boolean =>
  (c < 32 && c !== 10 && c !== 1) ||
  c === 127 ||
  (c >= 0x2010 && c < 0x2c00 && !TICKS.has(c)) ||
  c === 0xb7 ||
  c === 0xd7;

/** Writes each JSON object or list in the text as one `key value` a line, keys and items sorted. */
function flattenJson(text: string): string {
  let out = "";
  let from = 0;
  let attempts = 0;
  for (let i = 0; i < text.length && attempts < JSON_ATTEMPTS; i++) {
    if (!opensJson(text, i)) continue;
    attempts++;
    const end = closingBracket(text, i);
    const value = end === -1 ? undefined : parse(text.slice(i, end + 1));
    if (value === undefined) continue;
    out += `${text.slice(from, i)}\n${flat(value, 0).join("\n")}\n`;
    from = end + 1;
    i = end;
  }
  return out + text.slice(from);
}

function opensJson(text: string, at: number): boolean {
  const c = text[at];
  if (c !== "{" && c !== "[") return false;
  let i = at + 1;
  while (i < text.length && i < at + 64 && (text[i] === " " || text[i] === "\n" || text[i] === "\t")) i++;
  return text[i] === '"' || (c === "[" && (text[i] === "{" || text[i] === "["));
}

function closingBracket(text: string, at: number): number {
  let depth = 0;
  let quoted = false;
  for (let i = at; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === "\\") i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === "{" || c === "[") depth++;
    else if ((c === "}" || c === "]") && --depth === 0) return i;
  }
  return -1;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function flat(value: unknown, depth: number): string[] {
  if (depth > 8 || value === null) return [];
  if (Array.isArray(value)) return value.flatMap((item) => flat(item, depth + 1)).sort();
  if (typeof value !== "object") return [String(value)];
  return Object.keys(value)
    .sort()
    .flatMap((key) => {
      const inner = flat((value as Record<string, unknown>)[key], depth + 1);
      return inner.length === 0 ? [] : [`${key}${KEY_MARK} ${inner[0]}`, ...inner.slice(1)];
    });
}
