/**
 * Complaints of compilers, linters and test runners in what tools printed, shown on the file and line they name. One
 * table: what a tool's line looks like, and which part of it is what. The host shows ten of each kind a step.
 */
export interface Annotation {
  readonly level: "error" | "warning";
  readonly file: string;
  readonly line: number;
  readonly column: number | null;
  readonly message: string;
}

interface Pattern {
  readonly tool: string;
  /** Groups: file, line, column, level, message; all on one line. */
  readonly line: RegExp;
}

const PATTERNS: readonly Pattern[] = [
  {
    tool: "tsc",
    line: /^(?<file>[^\s:()]{1,300})\((?<line>\d{1,7}),(?<column>\d{1,5})\): (?<level>error|warning) (?<message>TS\d+: .{1,500})/,
  },
  {
    tool: "gcc, clang, swiftc",
    line: /^(?<file>[^\s:]{1,300}):(?<line>\d{1,7}):(?<column>\d{1,5}): (?:fatal )?(?<level>error|warning): (?<message>.{1,500})/,
  },
  {
    tool: "go build, go vet",
    line: /^(?:vet: )?(?<file>[^\s:]{1,300}\.go):(?<line>\d{1,7}):(?<column>\d{1,5}): (?<message>.{1,500})/,
  },
  { tool: "go test", line: /^ {4,8}(?<file>[^\s:]{1,300}_test\.go):(?<line>\d{1,7}): (?<message>.{1,500})/ },
  {
    tool: "pytest",
    line: /^(?<file>[^\s:]{1,300}\.py):(?<line>\d{1,7}): (?<message>[A-Za-z_.]{1,80}(?:Error|Exception|Failed)\b.{0,500})/,
  },
  {
    tool: "flake8, ruff",
    line: /^(?<file>[^\s:]{1,300}\.pyi?):(?<line>\d{1,7}):(?<column>\d{1,5}): (?<message>[A-Z]{1,4}\d{2,4} .{1,500})/,
  },
  {
    tool: "mypy",
    line: /^(?<file>[^\s:]{1,300}\.pyi?):(?<line>\d{1,7}): (?<level>error|warning): (?<message>.{1,500})/,
  },
];

/** rustc and eslint say what and where on two lines. */
const RUST_WHAT = /^(?<level>error|warning)(?:\[E\d+\])?: (?<message>.{1,500})/;
const RUST_WHERE = /^\s{0,12}--> (?<file>[^\s:]{1,300}):(?<line>\d{1,7}):(?<column>\d{1,5})$/;
const ESLINT_FILE = /^(?<file>(?:\/|[A-Za-z0-9_.-]+\/|[A-Za-z0-9_-]+\.)[^\s:]{1,300}\.[cm]?[jt]sx?)$/;
const ESLINT_WHAT =
  /^ {2,8}(?<line>\d{1,7}):(?<column>\d{1,5}) {1,8}(?<level>error|warning) {1,8}(?<message>.{1,500})/;

const MOST = 10;
const MOST_LINES = 20_000;
const COLOURS = /\x1b\[[0-9;]{0,20}m/g;

/** `root`: the tree that the stage worked in; names outside it are of no use to a reader of the repository. */
export function annotationsIn(output: string, root: string): Annotation[] {
  const found = new Map<string, Annotation>();
  const counts = { error: 0, warning: 0 };
  let rust: { level: "error" | "warning"; message: string } | null = null;
  let eslint: string | null = null;
  for (const raw of output.split("\n", MOST_LINES)) {
    const line = raw.replace(COLOURS, "").trimEnd().slice(0, 2_000);
    const what = RUST_WHAT.exec(line)?.groups;
    if (what) rust = { level: levelOf(what.level), message: what.message! };
    eslint = line === "" ? null : (ESLINT_FILE.exec(line)?.groups?.file ?? eslint);
    const where = rust && RUST_WHERE.exec(line)?.groups;
    const listed = eslint === null ? undefined : ESLINT_WHAT.exec(line)?.groups;
    const parts = where ? { ...where, ...rust } : listed ? { ...listed, file: eslint! } : matched(line);
    if (where) rust = null;
    const annotation = parts && annotationOf(parts, root);
    if (!annotation) continue;
    const key = JSON.stringify(annotation);
    if (found.has(key) || ++counts[annotation.level] > MOST) continue;
    found.set(key, annotation);
  }
  return [...found.values()];
}

type Parts = Readonly<Record<string, string | undefined>>;

function matched(line: string): Parts | null {
  for (const pattern of PATTERNS) {
    const groups = pattern.line.exec(line)?.groups;
    if (groups) return groups;
  }
  return null;
}

const levelOf = (text: string | undefined): "error" | "warning" => (text === "warning" ? "warning" : "error");

function annotationOf(parts: Parts, root: string): Annotation | null {
  const named = parts.file ?? "";
  const file = named.startsWith(`${root}/`) ? named.slice(root.length + 1) : named.replace(/^\.\//, "");
  if (file.startsWith("/") || file.split("/").includes("..")) return null;
  return {
    level: levelOf(parts.level),
    file,
    line: Number(parts.line),
    column: parts.column === undefined ? null : Number(parts.column),
    message: (parts.message ?? "").trim(),
  };
}
