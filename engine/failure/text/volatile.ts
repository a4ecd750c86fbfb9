/** What changes from run to run in one token: numbers, versions, hex, ids, times, the place where a checkout lies. */
import { isFile } from "./shapes.ts";
import { isDigit, isLetter } from "./tokens.ts";

/** `v2` is a name; 12, 4.2s, 1,024, v1.2.3, ^2.0.0, 14:02:11, 2026-02-10T09:22:03Z, 5m0s, 0x3f: nothing but numbers and short units. */
export function isNumeric(token: string): boolean {
  if (/^-{0,2}[vV]\d{1,3}$/.test(token)) return false;
  let digits = 0;
  let run = 0;
  for (let i = 0; i < token.length; i++) {
    const c = token.charCodeAt(i);
    if (isDigit(c)) {
      digits++;
      run = 0;
    } else if (isLetter(c) && ++run > 2) return false;
  }
  if (digits === 0) return false;
  const first = token.replace(/^[-+~$#v:./]{1,3}/i, "").charCodeAt(0);
  return isDigit(first);
}

/** What services number their requests by: `req_011CQ`, `toolu_01ab`. */
const GIVEN_ID =
  /^(?:req|request|msg|call|toolu|resp|run|job|sess|session|chatcmpl|evt|trace|span)_(?=[A-Za-z]*\d)[A-Za-z\d]{3,40}$/;

/** uuid, sha, ulid, 7d9f8b6c5d, x2x9k, 9aXk3Lm: letters and digits mixed as no person would. */
export function isRandomId(token: string): boolean {
  if (token.length < 4) return false;
  if (GIVEN_ID.test(token)) return true;
  let digits = 0;
  let letters = 0;
  let changes = 0;
  let run = 0;
  let longest = 0;
  let hex = true;
  let previous = 0;
  for (let i = 0; i < token.length; i++) {
    const c = token.charCodeAt(i);
    if (c === 45) {
      previous = 0;
      run = 0;
      continue;
    }
    const kind = isDigit(c) ? 1 : isLetter(c) ? 2 : 3;
    if (kind === 3) return false;
    if (kind === 1) digits++;
    else letters++;
    run = kind === 2 ? run + 1 : 0;
    longest = Math.max(longest, run);
    if (previous !== 0 && previous !== kind) changes++;
    previous = kind;
    hex &&= kind === 1 || (c | 32) <= 102;
  }
  if (digits === 0 || letters === 0) return false;
  return (
    (hex && token.length >= 7) || (changes >= 2 && longest <= 3) || (token.length === 26 && changes >= 4)
  );
}

/** What machines number: behind any other word a small number belongs to the name. */
const COUNTED = new Set(
  "run runs job worker runner build attempt shard thread pod task try retry pid process proc session tmp temp agent node container instance replica request req chunk batch pool executor id debug pytest container host vm line".split(
    " ",
  ),
);

/** `task_20931` and what is longer than any count; `orders_20240` is a name. */
const COUNTED_LONG = new RegExp(
  `(?<=(?:^|[-_.])(?:${[...COUNTED].join("|")}))_\\d{5,}(?=_|$)|_\\d{8,}(?=_|$)`,
  "gi",
);

/** `v2`, `3`: in a name it tells one thing from another; `4.1.0` and `20931` do not. */
const isOrdinal = (part: string): boolean => /^v?\d{1,4}$/i.test(part);

/** Takes the volatile pieces out of a name: `api-7d9f8b6c5d-x2x9k`, `run-12`, `task_20931`; `chapter-2` stays. */
export function steady(name: string): string {
  if (!/\d/.test(name)) return name;
  const parts = name.replace(STAMP, "").split("-");
  const left = parts.filter(
    (part, i) =>
      part !== "" &&
      !isRandomId(part) &&
      (!isNumeric(part) || (isOrdinal(part) && !COUNTED.has((parts[i - 1] ?? "").toLowerCase()))),
  );
  return left.join("-").replace(COUNTED_LONG, "");
}

/** `2026-02-10`, `2026-02-10T10_31_07` */
const STAMP = /(?:19|20)\d\d-?[01]\d-?[0-3]\d(?:[T_-][\d_:.Z-]{2,30})?/g;

/** `main.4f1a9c.js` → `main.js` */
const withoutHash = (base: string): string =>
  base
    .split(".")
    .filter((part, i, parts) => i === 0 || i === parts.length - 1 || !isRandomId(part))
    .join(".");

/** Folders that lead to a checkout and are named by the machine, not by the project. */
const ROOTS = new Set(
  "tmp var private home users root work workspace workspaces github runner __w builds build vsts usr opt mnt data srv src-root app ci worktree worktrees runs run go user c: d:".split(
    " ",
  ),
);
/** The next part is a person. */
const HOMES = new Set(["home", "users"]);
/** Where a project's own layout begins. */
const MARKERS = new Set(
  "src lib test tests spec specs pkg cmd internal app apps packages crates components scripts docs graphs examples include bin e2e migrations templates public www assets config".split(
    " ",
  ),
);

/** The part of a path that stays the same on another machine, in its own letter case: `/tmp/run-8f2/src/a.ts` and `/home/x/p/src/a.ts` are `src/a.ts`. */
export function steadyPath(path: string): string {
  const absolute = /^(?:[A-Za-z]:)?[\\/]/.test(path) || path.startsWith("~");
  const parts = path
    .replaceAll("\\", "/")
    .split("/")
    .filter((part) => part !== "" && part !== "." && part !== ".." && part !== "~");
  if (parts.length === 0) return "";
  let from = 0;
  if (absolute) {
    const marker = parts.findIndex(
      (part, i) => i > 0 && i < parts.length - 1 && MARKERS.has(part) && !ROOTS.has(part),
    );
    if (marker !== -1) from = marker;
    else {
      while (from < parts.length - 1 && isRootPart(parts[from]!))
        from += HOMES.has(parts[from]!.toLowerCase()) ? 2 : 1;
      from = Math.min(from, parts.length - 1);
      if (from === parts.length - 1 && parts.length > 1 && isRootPart(parts[from]!)) return "";
      from = Math.max(from, parts.length - 3);
    }
  }
  return parts
    .slice(from)
    .map(steadyPart)
    .filter((part) => part !== "")
    .join("/");
}

function steadyPart(part: string): string {
  if (isRandomId(part)) return "#";
  if (/^#?\d+$/.test(part)) return "";
  return isFile(part) ? withoutHash(part) : steady(part);
}

const isRootPart = (part: string): boolean =>
  ROOTS.has(part.toLowerCase()) ||
  isRandomId(part) ||
  isNumeric(part) ||
  steady(part) !== part ||
  /-\d+$/.test(part) ||
  /^[a-z]{1,2}-?\d+$/.test(part);
