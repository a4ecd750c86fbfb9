/** What one token is by its looks: a file, an error code, an exception, a test, a name. */

const EXTENSIONS = new Set(
  (
    "ts tsx mts cts js jsx mjs cjs json jsonc yaml yml toml ini cfg conf env md mdx rst txt html htm css scss sass less vue svelte astro py pyi pyx " +
    "ipynb rs go mod sum c h cc cpp cxx hpp hh hxx m mm java kt kts scala groovy gradle rb erb php cs fs vb csproj fsproj sln swift dart ex exs erl " +
    "hs elm clj lua pl pm r jl sh bash zsh fish ps1 bat cmd sql prisma proto graphql gql tf tfvars tfstate hcl dot svg png jpg gif wasm wat lock log xml " +
    "plist properties so dylib dll a o jar war zip tar gz tgz out bin snap patch diff csv tsv parquet dockerfile mk cmake zig nim v sol tex rego star bzl"
  ).split(" "),
);
const FILE_NAMES = new Set(
  "makefile dockerfile containerfile gemfile rakefile procfile jenkinsfile vagrantfile justfile license readme changelog".split(
    " ",
  ),
);

/** `a/b.ts:12:5` → `a/b.ts` */
export const withoutPosition = (text: string): string =>
  text.replace(/(?::\d+){1,3}:?$/, "").replace(/[#:]L\d+$/, "");

export function isFile(text: string): boolean {
  const base = text.slice(Math.max(text.lastIndexOf("/"), text.lastIndexOf("\\")) + 1).toLowerCase();
  if (FILE_NAMES.has(base) || /^(?:.*\/)?\.[a-z][a-z-]{3,}$/.test(text)) return true;
  const dot = base.lastIndexOf(".");
  if (dot === -1 || !EXTENSIONS.has(base.slice(dot + 1))) return false;
  return dot > 0 || text.length > base.length;
}

/** Upper-case beginnings of technical terms that are no error codes. */
const NOT_CODES = new Set(
  "utf sha md es ipv x s h rfc pr gb mb kb id v ec job run build task step pid http py iso base cp ui p t q r round part node vm req attempt".split(
    " ",
  ),
);

/** TS2304, E0432, F401, SC2086, ORA-00942, GH006, CVE-2024-1234; errno words, ERR_… and signals. */
export function errorCode(text: string): string | null {
  const match = /^([A-Za-z]{1,10})-?(\d{2,6})(?:-\d{1,6})?$/.exec(text);
  if (match !== null && text.length <= 20) {
    const family = match[1]!;
    if (family !== family.toUpperCase() || NOT_CODES.has(family.toLowerCase())) return null;
    return text.replace("-", "").toLowerCase();
  }
  if (/^E[A-Z]{3,14}$/.test(text) && !NOT_ERRNO.has(text)) return text.toLowerCase();
  if (/^ERR_[A-Z\d_]{3,40}$/.test(text)) return text.toLowerCase();
  return /^SIG[A-Z]{2,6}$/.test(text) ? text.toLowerCase() : null;
}

const NOT_ERRNO = new Set(
  "ERROR ERRORS EXIT EXPECTED EXCEPTION EMPTY ENDS EACH EDIT ELSE EVERY EXPORT EVENT EXAMPLE EITHER EXISTS EXTRA EARLY".split(
    " ",
  ),
);

/** The letters of a code; codes of one family are comparable, those of two are not. */
export const codeFamily = (code: string): string => code.replace(/\d+$/, "");

export const isException = (text: string): boolean =>
  /^(?:[\w$]+[.:]{1,2})*[A-Z]\w*(?:Error|Exception|Fault|Violation|Warning)$/.test(text);

export function isTestId(text: string): boolean {
  if (/^(?:Test|Benchmark|Fuzz|Example)(?:[A-Z_]\w*)(?:\/\S+)?$/.test(text)) return true;
  if (/(?:^|[.:/])test_\w+$/i.test(text)) return true;
  if (/::tests?::\w/.test(text)) return true;
  if (/(?:^|[.:#\\])test[A-Z]\w*$/.test(text)) return true;
  return /(?:^|\.)[A-Z]\w*(?:Tests?|Spec|IT)\.\w+$/.test(text) && !/(?:Tests?|Spec)$/.test(text);
}

/** A name made by a programmer: camelCase, snake_case, a::b, a.b, @scope/pkg, lodash-es, wasm32. */
export function isShapedName(text: string): boolean {
  return (
    /[a-z\d][A-Z]/.test(text) ||
    /\w_\w/.test(text) ||
    text.includes("::") ||
    /[A-Za-z_)]\.[A-Za-z_(]/.test(text) ||
    /\w#\w/.test(text) ||
    text.startsWith("@") ||
    /[A-Za-z]@/.test(text) ||
    /[A-Za-z]{2}\d|\d[A-Za-z]{3}/.test(text)
  );
}

export const isUrl = (text: string): boolean => text.includes("://");

export const isEmail = (text: string): boolean => /^[^@/]+@[^@/\d^~][^@/]*\.[a-z]{2,}$/i.test(text);
