import { expect, it } from "vitest";
import { lookAtRelated } from "../../action/hop/look-at-run.ts";
import type { Remote } from "../../action/hop/remote.ts";
import type { SettlePorts } from "../../action/hop/settle-ports.ts";
import { digestOf } from "../../engine/digest.ts";
import { ONE_STAGE, world } from "../app/support/world.ts";

it("R-GH-2: that nobody leaves another run's final does not keep this job from its own work, and is said", async () => {
  const w = world(ONE_STAGE, {
    coordinator: "workflow",
    graph: { name: "g", digest: digestOf(ONE_STAGE), path: "g.dot" },
  });
  await w.look();
  w.claim();
  w.attempt("work", "success");
  w.settle();
  let asked = 0;
  const down = async () => {
    asked++;
    throw new Error("502 from GitHub");
  };
  const notices: string[] = [];
  const ports = {
    say: {
      step: async (_name: string, work: () => unknown) => work(),
      notice: (text: string) => void notices.push(text),
    },
    tell: async () => undefined,
    coordinator: async () => ({ ...w.ports(), actions: { ...w.actions, deliver: down } }),
    remote: {
      ledger: () => w.ledger,
      fetchCommits: async () => undefined,
      readFile: async () => ONE_STAGE,
    } as unknown as Remote,
  } as unknown as SettlePorts;
  await lookAtRelated(ports, ["run1"]);
  expect(w.log().at(-1)).toMatchObject({ event: "run_completed" });
  expect(asked).toBe(3);
  expect(notices).toEqual([expect.stringContaining("502 from GitHub")]);
});
