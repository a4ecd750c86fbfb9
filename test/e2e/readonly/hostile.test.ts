import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { unzipSync, type Zippable, zipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import type { Artifact } from "../../../box/state/records.ts";
import { legName } from "../../../engine/git/names.ts";
import { allRuns, ledgerOf, story } from "../inspect.ts";
import { until } from "../moments.ts";
import { scene } from "../support.ts";

type Files = Record<string, Uint8Array>;
const lines = (files: Files, change: (line: Record<string, unknown>) => object): Zippable => ({
  ...files,
  "log.ndjson": Buffer.from(
    Buffer.from(files["log.ndjson"]!)
      .toString()
      .trim()
      .split("\n")
      .map((line) => `${JSON.stringify(change(JSON.parse(line)))}\n`)
      .join(""),
  ),
});

/** What each branch's artifact is turned into after its job, and what its branch then fails with. */
const TRICKS: Record<string, { readonly to: (files: Files) => Zippable | null; readonly why: string }> = {
  traversal: {
    to: ({ "work.bundle": work, ...files }) => ({ ...files, "../../../.bashrc": work! }),
    why: "invalid relative path",
  },
  link: {
    to: (files) => ({
      ...files,
      "log.ndjson": [Buffer.from("/etc/passwd"), { os: 3, attrs: 0o120777 << 16 }],
    }),
    why: '"log.ndjson" is no ordinary file',
  },
  kind: {
    to: (files) =>
      lines(files, (line) =>
        line.event === "stage_attempt_start"
          ? { ...line, event: "run_canceled", status: "canceled", reason: "x", by: "x" }
          : line,
      ),
    why: "its log holds",
  },
  foreign: { to: (files) => lines(files, (line) => ({ ...line, run_id: "r1" })), why: 'belongs to run "r1"' },
  large: {
    to: (files) => ({ ...files, "log.ndjson": Buffer.alloc(17 * 2 ** 20) }),
    why: "at most 16777216 are taken",
  },
  gone: { to: () => null, why: "its job left no log" },
};
const NAMES = Object.keys(TRICKS);

describe("artifacts of stage jobs that are not what an honest job leaves", () => {
  it("R-LIFE-3: each fails its own branch, by name and with the reason, and the honest branch stands", async () => {
    const folder = mkdtempSync(join(tmpdir(), "hostile-"));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const go = join(folder, "go");
    const stages = NAMES.map((name) => `${name} [shape=parallelogram, tool_command="echo x > ${name}.txt"]`);
    const graph = `digraph game { graph [goal="Build the game"]
      start [shape=Mdiamond]; exit [shape=Msquare]; par [shape=component]; join [shape=tripleoctagon]
      ${stages.join("\n")}
      honest [shape=parallelogram, tool_command="while [ ! -e ${go} ]; do sleep 0.1; done"]
      start -> par; ${[...NAMES, "honest"].map((name) => `par -> ${name} -> join`).join("; ")}; join -> exit }`;
    const s = await scene({ "graphs/game.dot": graph }, { jobs: { contents: "read" } });
    const run = `r${await s.dispatch({ graph: "graphs/game.dot" })}`;
    const parcelOf = (n: number): Artifact | undefined => {
      const key = `par/v1/${String(n + 1).padStart(2, "0")}-${NAMES[n]}`;
      const part = legName({ index: n, key });
      return [...s.repository.artifacts.values()].find(
        (one) => one.finalized && one.name.startsWith("attractor-parcel-") && one.name.includes(`-${part}-`),
      );
    };
    await until(() => NAMES.every((_name, n) => parcelOf(n) !== undefined));
    for (const [n, name] of NAMES.entries()) {
      const artifact = parcelOf(n)!;
      const made = TRICKS[name]!.to(unzipSync(readFileSync(artifact.file)));
      if (made === null) {
        s.repository.artifacts.delete(artifact.id);
        continue;
      }
      const bytes = Buffer.from(zipSync(made));
      writeFileSync(artifact.file, bytes);
      artifact.size = bytes.length;
      artifact.digest = `sha256:${createHash("sha256").update(bytes).digest("hex")}`;
    }
    writeFileSync(go, "");
    await allRuns(s);
    const log = ledgerOf(s, run);
    const ends = log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));
    expect(ends, story(s)).toHaveLength(NAMES.length + 1);
    for (const [n, name] of NAMES.entries()) {
      expect(ends[n]).toMatchObject({ branch_key: `par/v1/0${n + 1}-${name}`, status: "fail" });
      expect(ends[n]?.failure_reason).toMatch(
        new RegExp(`^branch par/v1/0${n + 1}-${name} brought no result: `),
      );
      expect(ends[n]?.failure_reason).toContain(TRICKS[name]!.why);
    }
    expect(ends.at(-1)).toMatchObject({ branch_key: "par/v1/07-honest", status: "success" });
    expect(log.at(-1)).toMatchObject({ event: "run_completed" });
  }, 300_000);
});
