/** People who say a thing once while the app is killed again and again: what they said, and what came of it. */
import { type Chance, chance } from "../../sim/random.ts";
import { appProcess, listening } from "./app-process.ts";
import { scene } from "./scene.ts";

const GATE = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  ask [shape=hexagon, label="Ship?"]; yes [shape=parallelogram, tool_command="x"]
  start -> ask; ask -> yes [label="[S] Ship"]; ask -> exit [label="[D] Drop"]; yes -> exit }`;

const soon = (luck: Chance): number => 20 + luck.next() * 880;
const after = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Commands that were lost or executed twice, in words. */
export async function commandsKilled(seed: number, kills: number): Promise<string[]> {
  const luck = chance(seed);
  const s = await scene(GATE, { started: false, seed });
  let child = appProcess(s);
  await listening(s);
  const die = async () => {
    await after(soon(luck));
    child.kill("SIGKILL");
    child = appProcess(s);
    await listening(s);
  };
  const logOf = (run: number) => s.log(`c${run}`).catch(() => []);
  const said: { run: number; cancel: number }[] = [];
  try {
    for (let done = 0; done < kills; done += 2) {
      const run = await s.comment("/attractor run g.dot");
      await die();
      await s.until(async () => (await logOf(run)).length > 0);
      const cancel = await s.comment(`/attractor cancel c${run}`);
      said.push({ run, cancel });
      await die();
    }
    const over = async ({ run, cancel }: (typeof said)[number]) =>
      (await logOf(run)).at(-1)?.event === "run_canceled" &&
      [run, cancel].every((id) => s.reactions(id).includes("eyes"));
    await s.until(async () => (await Promise.all(said.map(over))).every((each) => each));
  } finally {
    child.kill("SIGKILL");
  }
  const wrong: string[] = [];
  for (const { run } of said) {
    for (const event of ["run_started", "cancellation_requested", "run_canceled"]) {
      const times = (await logOf(run)).filter((line) => line.event === event).length;
      if (times !== 1) wrong.push(`c${run}: ${event} ${times} times`);
    }
  }
  wrong.push(...s.replies().filter((reply) => !reply.includes("is being canceled")));
  await s.close();
  return wrong;
}
