import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { EventBody, RunEvent } from "../../engine/core/events.ts";
import { handoffName } from "../../engine/git/names.ts";
import { git } from "../git/git-world.ts";
import { type ParcelWorld, parcelWorld } from "./parcel-world.ts";

type End = Extract<RunEvent, { event: "branch_completed" }>;
const endsOf = (log: readonly RunEvent[]): End[] =>
  log.flatMap((event) => (event.event === "branch_completed" ? [event] : []));

/** An honest job's parcel. */
async function honest(w: ParcelWorld, n: number): Promise<string> {
  const branch = w.branches[n]!;
  const { commit, work } = await w.made({ [`${branch.start_node}.txt`]: "x" });
  w.deliver(w.sender(branch), w.files(w.sender(branch), w.legLines(branch, commit), work));
  return commit;
}

describe("settling a hop whose branches left artifacts", () => {
  it("R-LIFE-3: takes each branch's log and work, and keeps the work by one ref", async () => {
    const w = await parcelWorld(2);
    const commits = [await honest(w, 0), await honest(w, 1)];
    await w.settle();
    const log = await w.trunk();
    expect(endsOf(log).map((end) => [end.branch_key, end.status, end.result.commit])).toEqual([
      ["par/v1/01-b1", "success", commits[0]],
      ["par/v1/02-b2", "success", commits[1]],
    ]);
    expect(log.at(-1)).toMatchObject({ event: "hop_settled", hop: 2, epoch: 2, outcome: "done" });
    expect(await w.refs()).toEqual(
      ["kept", "open", "trunk"].map((name) => `refs/attractor/${w.runId}/${name}`),
    );
    const parents = await git(
      w.serverFolder,
      "rev-list",
      "--parents",
      "-1",
      `refs/attractor/${w.runId}/kept`,
    );
    expect(parents.split(" ").slice(1)).toEqual(commits);
    expect(await git(w.serverFolder, "show", `${commits[1]}:b2.txt`)).toBe("x");
  });

  it("R-GH-6: takes what an earlier attempt of the same workflow run ended, when the later one did not", async () => {
    const w = await parcelWorld(1, { attempt: 2 });
    const branch = w.branches[0]!;
    const before = { ...w.sender(branch), attempt: 1 };
    w.deliver(before, w.files(before, w.legLines(branch)));
    w.deliver(w.sender(branch), w.files(w.sender(branch), w.legLines(branch).slice(0, 1)));
    await w.settle();
    expect(endsOf(await w.trunk())[0]).toMatchObject({ status: "success" });
  });

  it("R-FAN-9: takes in every branch that the hop's claim planned, whatever was asked for since", async () => {
    const w = await parcelWorld(2);
    await honest(w, 0);
    await honest(w, 1);
    const ledger = w.remote.ledger(w.runId);
    const request = {
      event: "cancellation_requested",
      branches: [w.branches[0]!.key],
      reason: "x",
      by: "ada",
    };
    await ledger.append((await ledger.read()).tip, [{ ts: new Date().toISOString(), ...request }]);
    await w.settle();
    expect(endsOf(await w.trunk()).map(({ status }) => status)).toEqual(["success", "success"]);
  });

  it("under a cancellation takes no branch in", async () => {
    const w = await parcelWorld(1);
    await honest(w, 0);
    await w.settle({ canceled: "true" });
    const log = await w.trunk();
    expect(log.slice(-2)).toMatchObject([
      { event: "cancellation_requested", reason: "workflow run 77 was cancelled" },
      { event: "hop_settled", outcome: "canceled" },
    ]);
    expect(endsOf(log)).toEqual([]);
  });

  it("a service that gives no answer is no word about a branch: nothing is settled", async () => {
    const w = await parcelWorld(1);
    await honest(w, 0);
    w.artifacts.get = () => {
      throw new Error("the artifact service could not be asked to download: it answered 503");
    };
    await expect(w.settle()).rejects.toThrow("503");
    expect((await w.trunk()).at(-1)).toMatchObject({ event: "hop_started" });
  });
});

describe("work that the remote refuses", () => {
  /** As push protection does: whatever ref it comes by. */
  const hook = `#!/bin/sh
if git log --name-only --format= "$3" --not --all | grep -q key.txt; then echo "push declined: a key in key.txt" >&2; exit 1; fi
`;

  it("R-LIFE-3: fails the branch that made it, in the remote's words, and no other", async () => {
    const w = await parcelWorld(3);
    const commits = [await honest(w, 0), null, await honest(w, 2)];
    const branch = w.branches[1]!;
    const { commit, work } = await w.made({ "key.txt": "x" });
    w.deliver(w.sender(branch), w.files(w.sender(branch), w.legLines(branch, commit), work));
    await writeFile(join(w.serverFolder, "hooks/update"), hook, { mode: 0o755 });
    await w.settle();
    const log = await w.trunk();
    expect(endsOf(log).map((end) => [end.status, end.result.commit ?? null])).toEqual([
      ["success", commits[0]],
      ["fail", null],
      ["success", commits[2]],
    ]);
    expect(endsOf(log)[1]?.failure_reason).toMatch(
      /par\/v1\/02-b2 brought no result: the remote refuses its work: .*key\.txt/s,
    );
    expect(await w.refs()).toEqual(
      ["kept", "open", "trunk"].map((name) => `refs/attractor/${w.runId}/${name}`),
    );
  });
});

describe("what a branch's artifact may not make settle believe", () => {
  /** One hostile branch beside an honest one, whose result stands whatever the other left. */
  async function beside(
    hostile: (w: ParcelWorld, lines: EventBody[]) => Promise<void> | void,
    usd: number | null = null,
  ) {
    const w = await parcelWorld(2, { usd });
    const commit = await honest(w, 1);
    await hostile(w, w.legLines(w.branches[0]!));
    await w.settle();
    const log = await w.trunk();
    const [bad, good] = endsOf(log);
    expect(good).toMatchObject({ branch_key: "par/v1/02-b2", status: "success", result: { commit } });
    expect(bad).toMatchObject({ branch_key: "par/v1/01-b1" });
    return bad!;
  }
  const first = (w: ParcelWorld) => w.sender(w.branches[0]!);
  const refusal = (why: string) => ({
    status: "fail",
    failure_class: "transient_infra",
    failure_reason: expect.stringMatching(why),
    result: { left_by: "lost" },
  });

  it("R-LIFE-3: none at all is a failure that names the branch", async () => {
    expect(await beside(() => undefined)).toMatchObject(
      refusal("par/v1/01-b1 brought no result: its job left no log"),
    );
  });

  it.each<[string, (w: ParcelWorld, lines: EventBody[]) => void, string]>([
    [
      "a file that leads out of its folder",
      (w, lines) => w.deliver(first(w), { ...w.files(first(w), lines), "../../.bashrc": Buffer.from("x") }),
      "its artifact is refused: .*relative path",
    ],
    [
      "a link",
      (w, lines) =>
        w.deliver(first(w), {
          ...w.files(first(w), lines),
          "log.ndjson": [Buffer.from("/etc/passwd"), { os: 3, attrs: 0o120777 << 16 }],
        }),
      "no ordinary file",
    ],
    [
      "a log of 16 MiB and more",
      (w, lines) =>
        w.deliver(first(w), { ...w.files(first(w), lines), "log.ndjson": Buffer.alloc(17 * 2 ** 20) }),
      "at most 16777216 are taken",
    ],
    [
      "another run's",
      (w, lines) => w.deliver(first(w), w.files({ ...first(w), runId: "r1" }, lines)),
      'of runId "r1", not "r77"',
    ],
    [
      "its sibling's",
      (w, lines) => w.deliver(first(w), w.files(w.sender(w.branches[1]!), lines)),
      "it says that it is of part",
    ],
    [
      "one that was there before the hop's claim",
      (w, lines) => w.deliver(first(w), w.files({ ...first(w), claim: "" }, lines)),
      'of claim "", not "5eed"',
    ],
    [
      "one of an epoch that is over, under the name of this one",
      (w, lines) => w.deliver(first(w), w.files({ ...first(w), epoch: 1 }, lines)),
      "of epoch 1, not 2",
    ],
    [
      "one of an epoch that is over, under its own name",
      (w, lines) => w.deliver({ ...first(w), epoch: 1 }, w.files({ ...first(w), epoch: 1 }, lines)),
      "its job left no log",
    ],
    [
      "one of a later attempt than the one that settles",
      (w, lines) => w.deliver({ ...first(w), attempt: 2 }, w.files({ ...first(w), attempt: 2 }, lines)),
      "its job left no log",
    ],
    [
      "the run's end",
      (w, lines) =>
        w.deliver(first(w), w.files(first(w), [{ event: "run_completed", status: "success" }, ...lines])),
      "not a branch's to say",
    ],
    [
      "work that is no bundle",
      (w, lines) => w.deliver(first(w), w.files(first(w), lines, Buffer.from("PACK"))),
      "its artifact is refused: its work is no git bundle",
    ],
  ])("R-LIFE-3: %s", async (_what, hostile, why) => {
    expect(await beside(hostile)).toMatchObject(refusal(why));
  });

  it("R-LIFE-3: a commit that it names and did not bring", async () => {
    const end = await beside(async (w) => {
      const branch = w.branches[0]!;
      const lines = w.legLines(branch, "1".repeat(40));
      const { work } = await w.made({ "other.txt": "x" });
      w.deliver(first(w), w.files(first(w), lines, work));
    });
    expect(end).toMatchObject(refusal("names commit 111111111111 but its work is at"));
  });

  it.each(["--upload-pack=x", "HEAD"])("R-LIFE-3: the commit %s, which is none", async (commit) => {
    const end = await beside(async (w) => {
      const { work } = await w.made({ "other.txt": "x" });
      w.deliver(first(w), w.files(first(w), w.legLines(w.branches[0]!, commit), work));
    });
    expect(end).toMatchObject(refusal("names commit .* but its work is at"));
  });

  it("R-LIFE-3: a changed workflow", async () => {
    const end = await beside(async (w) => {
      const { commit, work } = await w.made({ ".github/workflows/own.yml": "on: push" });
      w.deliver(first(w), w.files(first(w), w.legLines(w.branches[0]!, commit), work));
    });
    expect(end).toMatchObject(refusal("workflows are changed by people only"));
  });

  it("R-LIFE-3: work that does not descend from where the branch began", async () => {
    const end = await beside(async (w) => {
      await git(w.home, "checkout", "--quiet", "--orphan", "alien");
      await git(w.home, "commit", "--quiet", "-m", "alien");
      const alien = await git(w.home, "rev-parse", "HEAD");
      const { commit, work } = await w.made({ "x.txt": "x" }, alien);
      w.deliver(first(w), w.files(first(w), w.legLines(w.branches[0]!, commit), work));
    });
    expect(end).toMatchObject(refusal("does not descend from"));
  });

  it("what it cost: at most what was set aside for it, and all of that when it is lost", async () => {
    const dear = await beside((w, lines) => w.deliver(first(w), w.files(first(w), lines)), 4);
    expect(dear.result.usage).toMatchObject([{ cost_usd: 2 }]);
    const lost = await beside(() => undefined, 4);
    expect(lost.result.usage).toMatchObject([{ provider: "unknown", cost_usd: 2 }]);
  });

  it("is looked for by the name that the ledger gives it, and no other", async () => {
    const w = await parcelWorld(2);
    await honest(w, 1);
    const sender = first(w);
    expect(handoffName(sender)).toMatch(/^attractor-parcel-r77-h2-e2-01-[0-9a-f]{8}-a1$/);
    w.artifacts.set("attractor-r77-h2-01-x-a1", Buffer.from("x"));
    await w.settle();
    expect(endsOf(await w.trunk())[0]).toMatchObject(refusal("left no log"));
  });

  it("R-LIFE-3: none of all is no word about any: whoever was to list them may be what was lost, and they run again", async () => {
    const w = await parcelWorld(2);
    const before = (await w.trunk()).length;
    await w.settle();
    expect((await w.trunk()).slice(before)).toMatchObject([{ event: "hop_settled" }]);
    expect(w.notices.join()).toContain("no branch began");
  });
});
