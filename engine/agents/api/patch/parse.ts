/** Reads a patch: the envelope as asked for, and unified diffs and near misses where their meaning is certain (R-AGENT-5). */
import { type Hunk, type Patch, PatchError, type PatchOp } from "./types.ts";
import { unwrap } from "./unwrap.ts";

const FILE = /^\*\*\* (Add|Update|Delete) File: (.+)$/;
const MOVE = /^\*\*\* Move to: (.+)$/;
const END_OF_FILE = "*** End of File";
const NUMBERS = /^@@ -(\d+)(?:,(\d+))? \+\d+(?:,\d+)? @@ ?(.*)$/;
const GIT_HEADER =
  /^(?:diff --git |index [0-9a-f]+\.\.|new file mode |deleted file mode |old mode |new mode |similarity index |rename from |rename to |Binary )/;

export function parsePatch(text: string): Patch {
  const { lines, adapted } = unwrap(text);
  const reader = new Reader(lines, new Set(adapted));
  reader.read();
  if (reader.ops.length === 0) throw new PatchError("the patch names no file");
  return { ops: reader.ops, adapted: [...reader.adapted] };
}

class Reader {
  readonly ops: PatchOp[] = [];
  readonly lines: readonly string[];
  readonly adapted: Set<string>;
  #hunk: Hunk | null = null;
  #moveTo: string | null = null;

  constructor(lines: readonly string[], adapted: Set<string>) {
    this.lines = lines;
    this.adapted = adapted;
  }

  read(): void {
    for (let at = 0; at < this.lines.length; at++) {
      const line = this.lines[at]!;
      const next = this.lines[at + 1] ?? "";
      if (isUnifiedHeader(line, next)) {
        this.#unified(line.slice(4), next.slice(4));
        at++;
      } else if (GIT_HEADER.test(line)) {
        if (line.startsWith("rename to ")) this.#moveTo = line.slice(10).trim();
        if (line.startsWith("diff --git ")) this.#hunk = null;
      } else this.#line(line, at);
    }
    for (const op of this.ops) this.#check(op);
  }

  #line(line: string, at: number): void {
    const file = FILE.exec(line.trimEnd());
    const op = this.ops.at(-1);
    if (file) {
      this.#file(file[1] as string, file[2]!.trim());
      return;
    }
    const move = MOVE.exec(line.trimEnd());
    if (move && op?.kind === "update") {
      op.moveTo = move[1]!.trim();
      return;
    }
    if (line.trimEnd() === END_OF_FILE) {
      if (this.#hunk) this.#hunk.atEnd = true;
      return;
    }
    if (op === undefined) {
      if (line.trim() === "") return;
      throw new PatchError(`line ${at + 1} stands before any *** Add, Update or Delete File: ${short(line)}`);
    }
    if (op.kind === "add") {
      this.#added(op.lines, line);
      return;
    }
    if (op.kind === "delete") {
      // A unified diff holds what is deleted.
      if (line.trim() === "" || line.startsWith("@@") || line.startsWith("-")) return;
      throw new PatchError(
        `after *** Delete File: ${op.path} there may be no lines, but there is ${short(line)}`,
      );
    }
    if (line.startsWith("@@")) {
      this.#at(op.hunks, line);
      return;
    }
    if (line.startsWith("\\ No newline")) return;
    this.#hunk ??= this.#begin(op.hunks, null);
    this.#body(this.#hunk, line);
  }

  #file(verb: string, path: string): void {
    this.#hunk = null;
    if (verb === "Add") this.ops.push({ kind: "add", path, lines: [] });
    else if (verb === "Delete") this.ops.push({ kind: "delete", path });
    else this.ops.push({ kind: "update", path, moveTo: null, hunks: [] });
  }

  #unified(from: string, to: string): void {
    const [before, after] = [diffPath(from), diffPath(to)];
    const op = this.ops.at(-1);
    this.adapted.add("a unified diff");
    this.#hunk = null;
    // `*** Update File: x` and then the diff's own header for the same file.
    if (op?.kind === "update" && op.hunks.length === 0 && (op.path === before || op.path === after)) return;
    if (op?.kind === "add" && op.lines.length === 0 && op.path === after) return;
    if (before === null && after === null) throw new PatchError("a diff from nothing to nothing");
    if (before === null) this.ops.push({ kind: "add", path: after!, lines: [] });
    else if (after === null) this.ops.push({ kind: "delete", path: before });
    else {
      const moveTo = this.#moveTo ?? (after === before ? null : after);
      this.ops.push({ kind: "update", path: before, moveTo, hunks: [] });
    }
    this.#moveTo = null;
  }

  #added(lines: string[], line: string): void {
    if (NUMBERS.test(line)) return void this.adapted.add("a unified diff");
    if (!line.startsWith("\\ No newline")) lines.push(line);
  }

  #at(hunks: Hunk[], line: string): void {
    const numbers = NUMBERS.exec(line);
    if (numbers) {
      this.adapted.add("line numbers in place of context");
      this.#hunk = this.#begin(hunks, Number(numbers[1]));
      return;
    }
    const hint = line
      .slice(2)
      .replace(/@@\s*$/, "")
      .trim();
    // Hints that follow one another narrow the place down.
    if (this.#hunk === null || this.#hunk.lines.length > 0) this.#hunk = this.#begin(hunks, null);
    if (hint !== "" && hint !== "...") this.#hunk.hints.push(hint);
  }

  #begin(hunks: Hunk[], near: number | null): Hunk {
    const hunk: Hunk = { hints: [], lines: [], atEnd: false, near };
    hunks.push(hunk);
    return hunk;
  }

  #body(hunk: Hunk, line: string): void {
    const kind = line[0];
    if (kind === " " || kind === "+" || kind === "-") hunk.lines.push({ kind, text: line.slice(1) });
    else {
      if (line !== "") this.adapted.add("context lines without their space");
      hunk.lines.push({ kind: " ", text: line });
    }
  }

  #check(op: PatchOp): void {
    if (op.kind === "add") this.#strip(op.lines, op.path);
    if (op.kind !== "update") return;
    const hunks = op.hunks.filter(({ lines }) => lines.length > 0);
    for (const { lines } of hunks)
      while (lines.at(-1)?.kind === " " && lines.at(-1)?.text === "") lines.pop();
    op.hunks.splice(0, op.hunks.length, ...hunks);
    const changes = hunks.some(({ lines }) => lines.some(({ kind }) => kind !== " "));
    if (!changes && op.moveTo === null) throw new PatchError(`*** Update File: ${op.path} changes nothing`);
  }

  /** Every line of a new file begins with +; where none does, the file is meant as it stands. */
  #strip(lines: string[], path: string): void {
    while (lines.at(-1) === "") lines.pop();
    const marked = lines.filter((line) => line.startsWith("+")).length;
    const empty = lines.filter((line) => line === "").length;
    if (marked + empty === lines.length)
      return void lines.splice(0, lines.length, ...lines.map((l) => l.slice(1)));
    if (marked > 0) throw new PatchError(`in *** Add File: ${path} every line must begin with +`);
    this.adapted.add("a new file's lines without +");
  }
}

const isUnifiedHeader = (line: string, next: string): boolean =>
  line.startsWith("--- ") && next.startsWith("+++ ");

/** null for /dev/null. */
function diffPath(text: string): string | null {
  const path = text
    .split("\t")[0]!
    .trim()
    .replace(/^"(.*)"$/, "$1");
  return path === "/dev/null" ? null : path.replace(/^[ab]\//, "");
}

const short = (line: string): string => JSON.stringify(line.length > 80 ? `${line.slice(0, 80)}…` : line);
