import { expect, it } from "vitest";
import { lookAtRelated, lookAtRun } from "../../action/hop/look-at-run.ts";
import type { Remote } from "../../action/hop/remote.ts";
import type { SettlePorts } from "../../action/hop/settle-ports.ts";
import { digestOf } from "../../engine/digest.ts";
import { ONE_STAGE, world } from "../app/support/world.ts";

/** A run with nothing left but its end, and a job that looks at it; GitHub takes no delivery of its final. */
async function nearItsEnd() {
  const w = world(ONE_STAGE, {
    coordinator: "workflow",
    graph: { name: "g", digest: digestOf(ONE_STAGE), path: "g.dot" },
  });
  await w.look();
  w.claim();
  w.attempt("work", "success", { commit: "c".repeat(40) });
  w.settle();
  const seen = { asked: 0, told: 0, published: 0, notices: [] as string[] };
  const down = async () => {
    seen.asked++;
    throw new Error("502 from GitHub");
  };
  const ports = {
    say: {
      step: async (_name: string, work: () => unknown) => work(),
      notice: (text: string) => void seen.notices.push(text),
    },
    redact: (text: string) => text,
    tell: async () => void seen.told++,
    coordinator: async () => ({ ...w.ports(), actions: { ...w.actions, deliver: down } }),
    remote: {
      ledger: () => w.ledger,
      carries: async () => {
        seen.published++;
        return false;
      },
      code: async () => null,
    } as unknown as Remote,
  } as unknown as SettlePorts;
  return { w, ports, seen };
}

it("R-GH-2: that nobody leaves another run's final does not keep this job from its own work, and is said", async () => {
  const { w, ports, seen } = await nearItsEnd();
  await lookAtRelated(ports, ["run1"]);
  expect(w.log().at(-1)).toMatchObject({ event: "run_completed" });
  expect(seen.asked).toBe(3);
  expect(seen.notices).toContainEqual(expect.stringContaining("502 from GitHub"));
});

it("R-GH-12: an end is published and told by who wrote it, and no more by whoever comes by", async () => {
  const { ports, seen } = await nearItsEnd();
  const first = await lookAtRun(ports, "run1");
  expect(first.found).toMatchObject({ status: "ended", found: false });
  expect([seen.told, seen.published, first.published?.onHead]).toEqual([1, 1, false]);
  await lookAtRelated(ports, ["run1"]);
  expect((await lookAtRun(ports, "run1")).published).toBeNull();
  expect([seen.told, seen.published]).toEqual([1, 1]);
});

it("R-GH-12: an end that a trunk job wrote is published and told by job `next` of its workflow run", async () => {
  const { w, ports, seen } = await nearItsEnd();
  await w.look();
  const { found, published } = await lookAtRun(ports, "run1", true);
  expect(found).toMatchObject({ status: "ended", found: true });
  expect([seen.told, seen.published, published?.onHead]).toEqual([1, 1, false]);
});
