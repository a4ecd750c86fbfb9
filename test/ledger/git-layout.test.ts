import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { changesFor, hopOf, type Segment, segmentsOf, toSeal } from "../../engine/ledger/git/layout.ts";
import { event } from "./contract.ts";
import { inGitRun, TRUNK } from "./git-ledger-kit.ts";

/** A tree as the layout sees it, without git: what a commit with these changes would hold. */
class Tree {
  readonly files = new Map<string, string>();
  get segments(): Segment[] {
    const listed = [...this.files].map(([path, text]) => ({
      path,
      oid: text,
      bytes: Buffer.byteLength(text),
    }));
    return segmentsOf(listed, "the test");
  }
  append(lines: readonly string[], hop: number, finished: number | null): void {
    const before = this.segments;
    const at = hopOf(before, [{ seq: 1, ts: "", run_id: "", event: "", hop }]);
    const standing = toSeal(before, at, finished).map((each) => each.oid);
    const changes = changesFor(before, at, lines, finished, standing);
    for (const [path, text] of changes)
      if (text === null)
        for (const file of this.files.keys()) if (file.startsWith(`${path}/`)) this.files.delete(file);
    for (const [path, text] of changes) if (text !== null) this.files.set(path, text);
  }
  get log(): string {
    return this.segments.map((each) => each.oid).join("");
  }
  filesIn(folder: string): string[] {
    return [...this.files.keys()].filter((path) => path.startsWith(`${folder}/`));
  }
}

const line = (n: number, size = 20): string => `${String(n).padEnd(size, "x")}\n`;

describe("the files of a git log", () => {
  it("keep every line in order through appends, hops, seals and full folders", () => {
    const step = fc.record({
      lines: fc.integer({ min: 0, max: 5 }),
      size: fc.constantFrom(20, 200, 200_000),
      hop: fc.integer({ min: 0, max: 12 }),
      finished: fc.option(fc.integer({ min: 0, max: 12 }), { freq: 5 }),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        const tree = new Tree();
        let written = "";
        for (const each of steps) {
          const lines = Array.from({ length: each.lines }, (_, n) => line(n, each.size));
          const finished = each.finished !== null && each.finished <= each.hop ? each.finished : null;
          tree.append(lines, each.hop, finished);
          written += lines.join("");
          expect(tree.log === written).toBe(true);
        }
        for (const text of tree.files.values())
          expect(Buffer.byteLength(text)).toBeLessThanOrEqual(512 * 1024);
      }),
      { numRuns: 60 },
    );
  });

  it("are at most 64 in a folder however long a hop is, and few once it is over", () => {
    const tree = new Tree();
    for (let n = 0; n < 300; n++) {
      tree.append([line(n)], 3, null);
      expect(tree.filesIn("progress/h3").length).toBeLessThanOrEqual(64);
    }
    tree.append([line(300)], 3, 3);
    expect(tree.filesIn("progress/h3")).toEqual([]);
    expect([...tree.files.keys()]).toHaveLength(5);
    expect(tree.log.split("\n")).toHaveLength(302);
  });

  it("refuse what no ledger wrote", () => {
    for (const path of ["progress/x", "progress/h1/1.ndjson", "progress/h1/000.ndjson.exe", "progress/../x"])
      expect(() => segmentsOf([{ path, oid: "a", bytes: 1 }], "here"), path).toThrow(/which no ledger wrote/);
    expect(() => segmentsOf([{ path: "progress/h1/000.ndjson", oid: "a", bytes: 1e6 }], "here")).toThrow(
      "1000000 bytes",
    );
  });
});

describe("the tree of a git ledger", () => {
  it("holds one file an append in its hop's folder; a finished hop is sealed with the append that ends it", () =>
    inGitRun(async ({ ledger, tip, server, events }) => {
      let at = tip;
      const append = async (names: string[], hop: number, extra = {}): Promise<void> => {
        const result = await ledger.append(
          at,
          names.map((name) => event(name, { hop })),
          extra,
        );
        at = result.tip;
      };
      const files = async (): Promise<string[]> =>
        (await server("ls-tree", "-r", "--name-only", TRUNK)).split("\n").filter((path) => path !== "");
      await append(["hop_planned"], 1);
      await append(["hop_started", "stage_attempt_start"], 1);
      expect(await files()).toEqual([
        "progress/h0/000.ndjson",
        "progress/h1/000.ndjson",
        "progress/h1/001.ndjson",
      ]);
      await ledger.append(at, [event("hop_settled", { hop: 1 }), event("hop_planned", { hop: 2 })], {
        seal: 1,
      });
      expect(await files()).toEqual([
        "progress/h0/000.ndjson",
        "progress/h1-000.ndjson",
        "progress/h2/000.ndjson",
      ]);
      expect(await events()).toEqual([
        "run_started",
        "hop_planned",
        "hop_started",
        "stage_attempt_start",
        "hop_settled",
        "hop_planned",
      ]);
    }));

  it("is read on after a seal by who had read it before", () =>
    inGitRun(async ({ ledger, tip, another }) => {
      const reader = await another();
      await reader.read();
      const { tip: next } = await ledger.append(tip, [event("a"), event("b")]);
      await ledger.append(next, [event("c", { hop: 1 })], { seal: 0 });
      expect((await reader.read()).events.map((each) => each.event)).toEqual(["run_started", "a", "b", "c"]);
    }));

  it("holds a checkpoint that says up to which event it speaks", () =>
    inGitRun(async ({ ledger, tip, server }) => {
      await ledger.append(tip, [event("a"), event("b")], {
        checkpoint: (stored) => ({ last: stored.at(-1)?.event }),
      });
      expect(JSON.parse(await server("show", `${TRUNK}:checkpoint.json`))).toEqual({
        schema_version: 1,
        run_id: "run-1",
        seq: 3,
        state: { last: "b" },
      });
    }));
});
