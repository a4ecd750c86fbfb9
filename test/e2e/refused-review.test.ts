import { expect, it } from "vitest";
import { CALLER_PATH } from "../../github/workflows/init-files.ts";
import { ledgerOf, story } from "./inspect.ts";
import { openPull } from "./pull.ts";
import { callerText, EARS, scene } from "./support.ts";

const GRAPH = `digraph game { start [shape=Mdiamond]; exit [shape=Msquare]
  build [shape=parallelogram, tool_command="true"]; start -> build -> exit }`;

it("R-GH-18: a reviewer who refuses the environment of a run's jobs ends the run, and is not asked again", async () => {
  const s = await scene({
    "graphs/game.dot": GRAPH,
    ...EARS,
    [CALLER_PATH]: callerText({ environment: "production" }),
  });
  s.box.setEnvironment(s.repository, "production", { reviewers: [s.user] });
  const run = await (await openPull(s)).say("/attractor run graphs/game.dot");
  const hop = async (): Promise<number> => {
    for (const until = Date.now() + 120_000; Date.now() < until; ) {
      const found = [...s.repository.runs.values()].find(({ title }) => title.includes(" hop 1."));
      if (found?.attempts.at(-1)?.jobs.some(({ status }) => status === "waiting")) return found.id;
      await new Promise((resolve) => setTimeout(resolve, 25));
    }
    throw new Error(`no job waits for its environment\n${story(s)}`);
  };
  const id = await hop();
  // So old that whoever looks asks what became of it.
  s.box.clock.advance(120_000);
  s.box.browser.reviewDeployment(s.user, id, "production", "rejected", "not on a Friday");
  const over = () => ledgerOf(s, run).find(({ event }) => event === "run_failed");
  for (const until = Date.now() + 120_000; !over() && Date.now() < until; )
    await new Promise((resolve) => setTimeout(resolve, 250));
  const end = over();
  expect(end, story(s)).toMatchObject({ event: "run_failed", failure_class: "deterministic" });
  expect(JSON.stringify(end)).toContain(
    "@ada refused the run's jobs the environment production: not on a Friday",
  );
  const titles = [...s.repository.runs.values()].map(({ title }) => title);
  expect(titles.filter((title) => title.includes(" hop 1."))).toHaveLength(1);
}, 240_000);
