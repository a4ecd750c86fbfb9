/** The runner signals a step's own process and nobody below it; what is left over ends with the job. */
import { existsSync, readFileSync } from "node:fs";
import { expect, it, vi } from "vitest";
import { oneJob, saidIn, works } from "./support/text.ts";
import { createWorld, MAIN, type World } from "./support/world.ts";

const LISTENS = `${process.execPath} -e 'for (const s of ["SIGINT", "SIGTERM"]) process.on(s, () => console.log("SAY " + s)); setInterval(() => {}, 1000); console.log("SAY pid " + process.pid)'`;

/** A job that was told to stop, the program's id and its parent's. */
async function cancelled(
  script: string,
): Promise<{ world: World; run: number; pid: number; parent: number }> {
  const steps = `- shell: sh\n  run: |\n    ${script}\n- if: always()\n  run: echo SAY always; sleep 0.3`;
  const world = await createWorld({ [MAIN]: oneJob(steps) }, { clock: { speed: 0 } });
  const run = world.queue();
  const pid = Number(saidIn((await world.logged(run, "job", "\nSAY pid")).log)[0]?.slice(4));
  const parent = Number(/^PPid:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  world.executor.cancel(run, "cancel");
  return { world, run, pid, parent };
}

it("a program that took the shell's place by exec hears both signals and is ended", async () => {
  const { world, run, pid } = await cancelled(`exec ${LISTENS}`);
  await using _world = world;
  await world.logged(run, "job", "\nSAY SIGINT");
  world.records.clock.advance(7500);
  await world.logged(run, "job", "\nSAY SIGTERM");
  world.records.clock.advance(2500);
  expect((await world.ended(run)).conclusion).toBe("cancelled");
  expect(saidIn(world.job(run, "job").log)).toEqual([`pid ${pid}`, "SIGINT", "SIGTERM", "always"]);
});

it("a program below a shell hears neither, and works on while the next steps run", async () => {
  const { world, run, pid, parent } = await cancelled(`${LISTENS}\n    echo SAY after`);
  await using _world = world;
  world.records.clock.advance(7500);
  await vi.waitUntil(() => !existsSync(`/proc/${parent}`));
  world.records.clock.advance(5000);
  await world.logged(run, "job", "\nSAY always");
  expect(works(pid)).toBe(true);
  expect((await world.ended(run)).conclusion).toBe("cancelled");
  expect(saidIn(world.job(run, "job").log)).toEqual([`pid ${pid}`, "always"]);
  expect(works(pid)).toBe(false);
});
