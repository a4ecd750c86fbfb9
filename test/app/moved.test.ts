import { describe, expect, it } from "vitest";
import { type Scene, scene } from "./support/scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  first [shape=parallelogram, tool_command="x"]; ask [shape=hexagon, label="Ship?"]
  last [shape=parallelogram, tool_command="x"]
  start -> first -> ask; ask -> last [label="[S] Ship"]; ask -> exit [label="[D] Drop"]; last -> exit }`;

const stickies = (s: Scene) =>
  [...s.repository.comments.values()].filter(({ body }) => body.startsWith("<!-- attractor:run:"));

describe("a repository that moves while a run waits", () => {
  it.each([
    ["renamed", (s: Scene) => s.box.move(s.repository, { name: "play" })],
    [
      "transferred to an account where the app is installed too",
      (s: Scene) => {
        const guild = s.box.organization("guild");
        s.box.install([...s.box.world.apps.values()].at(-1)!, guild);
        s.box.setRole(s.repository, s.ada, "admin");
        s.box.move(s.repository, { owner: guild });
      },
    ],
  ])(
    "R-GH-6: %s: the answer given there goes on with it, and one comment and one end tell so",
    async (_, move) => {
      const s = await scene(GATE);
      const id = await s.comment("/attractor run g.dot");
      await s.settle();
      expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
      move(s);
      await s.app!.sweep();
      await s.settle();
      await s.comment("/attractor choose ask Ship");
      await s.settle();
      await s.app!.sweep();
      await s.settle();
      const log = await s.log(`c${id}`);
      expect(log.at(-1)).toMatchObject({ event: "run_completed" });
      expect(s.hops.ran).toEqual(["first", "last"]);
      expect(stickies(s)).toHaveLength(1);
      expect(s.sticky(`c${id}`)).toContain("succeeded");
      expect(s.checks(`c${id}`).at(-1)).toMatchObject({ conclusion: "success" });
      expect(s.failures).toEqual([]);
      s.box.assertClean();
    },
    120_000,
  );

  it("R-GH-6: its hop goes on under the old name that its job knows", async () => {
    const s = await scene(GATE);
    s.hops.loses = (run) => run.number === 1;
    const id = await s.comment("/attractor run g.dot");
    await s.until(() => s.repository.runs.size > 0);
    s.box.move(s.repository, { name: "play" });
    for (let sweeps = 0; sweeps < 4; sweeps++) {
      await s.settle();
      await s.app!.sweep();
    }
    expect((await s.log(`c${id}`)).at(-1)).toMatchObject({ event: "human_gate_waiting" });
    expect(stickies(s)).toHaveLength(1);
  }, 120_000);
});
