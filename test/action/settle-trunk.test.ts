import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { Sender } from "../../action/handoff/format.ts";
import type { EventBody } from "../../engine/core/events.ts";
import { git } from "../git/git-world.ts";
import { NONCE } from "./open-hop-log.ts";
import { type ParcelWorld, parcelWorld } from "./parcel-world.ts";

const SENDER: Sender = { runId: "r77", hop: 1, epoch: 1, part: "trunk", attempt: 1, claim: NONCE };
const trunkWorld = (): Promise<ParcelWorld> => parcelWorld(2, { runs: "trunk" });
const deliver = (w: ParcelWorld, lines: readonly object[], work?: Buffer): void =>
  w.deliver(SENDER, w.files(SENDER, lines, work));

describe("settling a hop whose trunk's turn left an artifact", () => {
  it("R-GH-1: its log and its work are pushed together, up to the fan-out", async () => {
    const w = await trunkWorld();
    const { commit, work } = await w.made({ "prep.txt": "x" });
    const lines = w.trunkLines(commit);
    deliver(w, lines, work);
    const before = (await w.trunk()).length;
    await w.settle();
    const log = (await w.trunk()).slice(before);
    expect(log.map(({ event }) => event)).toEqual([...lines.map(({ event }) => event), "hop_settled"]);
    expect(log.at(-2)).toMatchObject({ event: "fanout_started", node_id: "par" });
    expect(await git(w.serverFolder, "rev-parse", "refs/attractor/r77/code")).toBe(commit);
    expect(await git(w.serverFolder, "show", "refs/attractor/r77/code:prep.txt")).toBe("x");
  });

  it("a stage that was running when its job ended is lost, and runs again", async () => {
    const w = await trunkWorld();
    const lines = w.trunkLines();
    const running = lines.findIndex((e) => e.event === "stage_attempt_start" && e.node_id === "prep");
    deliver(w, lines.slice(0, running + 1));
    await w.settle();
    expect((await w.trunk()).slice(-2)).toMatchObject([
      { event: "stage_attempt_end", node_id: "prep", status: "fail", evidence: { lost: true } },
      { event: "hop_settled" },
    ]);
  });

  it("R-LIFE-2: a turn that left nothing is lost: the hop ends with nothing done, and the next one runs its stages", async () => {
    const w = await trunkWorld();
    const before = (await w.trunk()).length;
    await w.settle();
    expect((await w.trunk()).slice(before)).toMatchObject([{ event: "hop_settled", hop: 1, epoch: 1 }]);
    expect(w.notices.join()).toContain("the job that took the trunk's turn left no artifact");
  });

  it("R-LIFE-6: under a cancellation what it did is kept behind the request", async () => {
    const w = await trunkWorld();
    const { commit, work } = await w.made({ "prep.txt": "x" });
    deliver(w, w.trunkLines(commit), work);
    await w.settle({ canceled: "true" });
    const log = await w.trunk();
    const asked = log.findIndex((event) => event.event === "cancellation_requested");
    expect(log.slice(asked).map(({ event }) => event)).toContain("stage_attempt_end");
    expect(log.at(-1)).toMatchObject({ event: "hop_settled", outcome: "canceled" });
  });

  it("R-LIFE-6: under a cancellation a trunk that left nothing is over all the same", async () => {
    const w = await trunkWorld();
    await w.settle({ canceled: "true" });
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "hop_settled", outcome: "canceled" });
  });
});

describe("a trunk's work that the remote refuses", () => {
  it("ends the run in the remote's words, with all that its stages said", async () => {
    const w = await trunkWorld();
    const { commit, work } = await w.made({ "key.txt": "x" });
    deliver(w, w.trunkLines(commit), work);
    const hook = `#!/bin/sh\ncase $1 in */code) echo "push declined: a key in key.txt" >&2; exit 1;; esac\n`;
    await writeFile(join(w.serverFolder, "hooks/update"), hook, { mode: 0o755 });
    await w.settle();
    expect((await w.trunk()).slice(-3)).toMatchObject([
      { event: "fanout_started" },
      {
        event: "run_aborted",
        reason: expect.stringMatching(/the work of the stages was refused: .*key\.txt/s),
      },
      { event: "hop_settled" },
    ]);
  });
});

describe("what a trunk's artifact may not make settle believe", () => {
  async function refused(hostile: (w: ParcelWorld) => Promise<void> | void): Promise<string> {
    const w = await trunkWorld();
    const before = (await w.trunk()).length;
    await hostile(w);
    await w.settle();
    const [aborted, settled, ...more] = (await w.trunk()).slice(before);
    expect(settled).toMatchObject({ event: "hop_settled" });
    expect(more).toEqual([]);
    expect(await w.refs()).not.toContain("refs/attractor/r77/code");
    if (aborted?.event !== "run_aborted") throw new Error(`not refused: ${JSON.stringify(aborted)}`);
    return aborted.reason;
  }
  const changed = (w: ParcelWorld, which: EventBody["event"], more: object): EventBody[] => {
    const lines = w.trunkLines();
    const at = lines.findLastIndex((line) => line.event === which);
    return lines.map((line, n) => (n === at ? ({ ...line, ...more } as EventBody) : line));
  };

  it.each<[string, (w: ParcelWorld) => Promise<void> | void, string]>([
    [
      "an edge to the exit in place of the fan-out",
      (w) => deliver(w, changed(w, "edge_selected", { to_node: "exit" })),
      "edge_selected does not follow",
    ],
    [
      "a stage skipped",
      (w) =>
        deliver(
          w,
          w.trunkLines().filter((e) => !("node_id" in e && e.node_id === "prep")),
        ),
      "does not follow",
    ],
    [
      "the run's end",
      (w) => deliver(w, [{ event: "run_completed", status: "success" }]),
      "no event|does not follow",
    ],
    [
      "a hop's plan",
      (w) => deliver(w, [{ event: "hop_planned", hop: 9, epoch: 9, plan: { kind: "trunk" }, why: "" }]),
      "hop_planned",
    ],
    [
      "lines that are no events",
      (w) => deliver(w, [{ event: "stage_attempt_start" }]),
      "a line that is no event",
    ],
    [
      "what a stage of an earlier hop left under its name",
      (w) => w.deliver(SENDER, w.files({ ...SENDER, claim: "guess" }, w.trunkLines())),
      "of claim",
    ],
    [
      "another part's",
      (w) => w.deliver(SENDER, w.files({ ...SENDER, part: "01-x" }, w.trunkLines())),
      "of part",
    ],
    [
      "no zip file",
      (w) => void w.artifacts.set("attractor-parcel-r77-h1-e1-trunk-a1", Buffer.from("x")),
      "no zip file",
    ],
    ["a commit that it did not bring", (w) => deliver(w, w.trunkLines("1".repeat(40))), "did not bring it"],
    [
      "a commit that is an option",
      async (w) => deliver(w, w.trunkLines("--upload-pack=x"), (await w.made({ a: "x" })).work),
      "did not bring it",
    ],
    [
      "a changed workflow",
      async (w) => {
        const { commit, work } = await w.made({ ".github/workflows/own.yml": "on: push" });
        deliver(w, w.trunkLines(commit), work);
      },
      "workflows are changed by people only",
    ],
  ])("%s ends the run and says why", async (_what, hostile, why) => {
    expect(await refused(hostile)).toMatch(
      new RegExp(`^what the trunk's turn brought was refused: .*(?:${why})`),
    );
  });
});
