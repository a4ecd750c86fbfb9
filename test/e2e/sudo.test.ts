/** Jobs whose user is not root, as on a hosted runner: the driver goes by sudo, stages are a third user. */
import { expect, it } from "vitest";
import { ordinaryUser } from "../action/ordinary-user.ts";
import { allRuns, gitOf, ledgerOf, story } from "./inspect.ts";
import { scene } from "./support.ts";

const GRAPH = `digraph g { graph [goal="g"]
  start [shape=Mdiamond]; exit [shape=Msquare]; par [shape=component]; join [shape=tripleoctagon, merge=all]
  left [shape=parallelogram, tool_command="id -u > left.txt"]; right [shape=parallelogram, tool_command="id -u > right.txt"]
  start -> par; par -> left -> join; par -> right -> join; join -> exit }`;

it("R-GH-9: a run of trunk and branches ends well on runners whose user has sudo, and no stage is that user or root", async () => {
  const runner = ordinaryUser();
  if (runner === null) return;
  const s = await scene({ "graphs/g.dot": GRAPH }, { runner });
  const id = await s.dispatch({ graph: "graphs/g.dot" });
  await allRuns(s);
  expect(ledgerOf(s, `r${id}`).at(-1), story(s)).toMatchObject({ event: "run_completed" });
  for (const file of ["left.txt", "right.txt"]) {
    const who = Number(gitOf(s, "show", `refs/heads/attractor/run/r${id}:${file}`));
    expect([0, runner.uid]).not.toContain(who);
  }
}, 240_000);
