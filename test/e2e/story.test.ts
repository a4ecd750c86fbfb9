import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { serve } from "./app.ts";
import { ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { scene } from "./support.ts";

/** Monsters are there once the file is. */
const graph = (bestiary: string): string => `digraph game { graph [goal="Build the game"]
  start [shape=Mdiamond]; exit [shape=Msquare]
  review [shape=hexagon, label="Build the game?"]
  par [shape=component, join_policy=k_of_n, k=2]; join [shape=tripleoctagon, merge=all]
  dungeon [shape=parallelogram, tool_command="echo D > dungeon.txt"]
  monsters [shape=parallelogram, tool_command="test -f ${bestiary} || { echo no monsters: ask @octocat >&2; exit 1; }; echo M > monsters.txt"]
  ship [shape=parallelogram, tool_command="cat dungeon.txt monsters.txt"]
  start -> review; review -> par [label="[B] Build"]; review -> exit [label="[D] Drop"]
  par -> dungeon -> join; par -> monsters -> join
  join -> ship [condition="outcome=success"]; ship -> exit
}`;

describe("a person's story on a pull request", () => {
  it("R-GH-3: comment, reaction, check, gate by button, matrix, a failed branch, its diagnosis, resume, success", async () => {
    const folder = await mkdtemp(join(tmpdir(), "attractor-bestiary-"));
    await chmod(folder, 0o755);
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const bestiary = join(folder, "monsters");
    const s = await scene({ "graphs/game.dot": graph(bestiary) });
    const { failures, settle } = await serve(s);
    const { say } = await openPull(s, { settle });
    const comments = () => [...s.repository.comments.values()];
    const stickies = () => comments().filter((one) => one.body.startsWith("<!-- attractor:run:"));
    const sticky = () => stickies()[0]?.body ?? "";
    // A check that has completed stays; what follows is a new one, and the newest is the run's.
    const check = () =>
      [...s.repository.checks.values()].filter((one) => one.name.startsWith("attractor:")).slice(-1);
    const jobs = () =>
      [...s.repository.runs.values()].flatMap((run) =>
        run.attempts.flatMap((attempt) => attempt.jobs.map((job) => `${job.name}: ${job.conclusion}`)),
      );

    const run = await say("/attractor run graphs/game.dot");
    expect(failures).toEqual([]);
    expect(s.repository.comments.get(Number(run.slice(1)))?.reactions.map((one) => one.content)).toEqual([
      "eyes",
    ]);
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "human_gate_waiting" });
    expect(check()).toMatchObject([{ conclusion: "action_required", title: "Waiting: Build the game?" }]);
    expect(check()[0]?.actions.map((one) => one.label)).toEqual(["Build", "Drop"]);
    expect(sticky()).toContain("### ✋ graphs/game.dot asks: Build the game?");
    expect(sticky()).toContain("✋ **Build the game?** <code>review/1</code>");
    expect(sticky()).toContain("/attractor choose review/1 [B] Build");

    s.box.browser.clickButton(s.user, check()[0]!, check()[0]!.actions[0]!.identifier);
    await settle();
    expect(failures).toEqual([]);
    const failed = ledgerOf(s, run);
    expect(failed.at(-1), story(s)).toMatchObject({ event: "run_failed" });
    expect(jobs().filter((job) => /Branches 1 \(\d/.test(job))).toHaveLength(2);
    expect(check()).toMatchObject([
      { conclusion: "failure", title: expect.stringMatching(/^monsters failed: no monsters: ask /) },
    ]);
    expect(stickies()).toHaveLength(1);
    expect(sticky()).toContain("### ❌ monsters failed: no monsters: ask ");
    expect(sticky()).toMatch(/\| ✅ \| dungeon <code>par\/v1\/01-dungeon<\/code> \|/);
    expect(sticky()).toMatch(/\| ❌ \| monsters <code>par\/v1\/02-monsters<\/code> \|.*no monsters/);
    // Nobody is called by what a tool prints.
    expect(sticky()).toContain("@\u200boctocat");
    expect(comments().filter((one) => one.user.type === "Bot" && one.body.includes("@octocat"))).toEqual([]);
    expect(sticky()).toContain(`/attractor resume ${run}`);

    await say("/attractor diagnose");
    expect(comments().at(-1)?.body).toMatch(
      /^### ❌ monsters failed: no monsters: ask @\u200boctocat[\s\S]*Fix what it says, then resume[\s\S]*02-monsters: exit status 1: no monsters: ask @\u200boctocat/,
    );

    // Nothing was fixed, so it fails in the same way; now the log shows more than one failure.
    await say("/attractor resume");
    expect(ledgerOf(s, run).at(-1), story(s)).toMatchObject({ event: "run_failed" });
    await say("/attractor diagnose");
    const said = comments().at(-1)?.body ?? "";
    expect(
      [...said.matchAll(/^- \S+ \*\*([^*]+)\*\* <code>([A-Z_]+)<\/code>/gm)].map(
        ([, title, code]) => `${code} ${title}`,
      ),
    ).toEqual([
      "LOOP_SIGNATURE monsters failed 2 times in the same way",
      "LOOP_SIGNATURE join failed 2 times in the same way",
    ]);
    expect(sticky()).toContain("⚠️ **monsters failed 2 times in the same way** <code>LOOP_SIGNATURE</code>");

    await writeFile(bestiary, "");
    await say("/attractor resume");
    expect(failures).toEqual([]);
    const log = ledgerOf(s, run);
    expect(log.at(-1), story(s)).toMatchObject({ event: "run_completed" });
    expect(stickies()).toHaveLength(1);
    expect(sticky()).toContain("### ✅ graphs/game.dot succeeded");
    expect(sticky()).toContain("**Branches**: 2 of 2 succeeded");
    expect(check()).toMatchObject([
      { conclusion: "success", title: expect.stringMatching(/^Succeeded in /) },
    ]);
    const performed = log.flatMap((line) => (line.event === "stage_attempt_start" ? [line.node_id] : []));
    expect(performed.filter((node) => node === "dungeon")).toHaveLength(1);
    expect(performed.filter((node) => node === "monsters")).toHaveLength(3);
    s.box.assertClean();
  }, 280_000);
});
