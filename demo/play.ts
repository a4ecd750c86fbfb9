/** The demo's story, played without a person: run, button, a branch fails, diagnosis, resume, success, what was made. */

import { setTimeout } from "node:timers/promises";
import type { CheckRun } from "../box/state/records.ts";
import { FixableError } from "../engine/fixable-error.ts";
import type { DemoWorld } from "./world.ts";

export const RUN_COMMAND = "/attractor run graphs/dungeon.dot";

export interface Scene {
  readonly name: string;
  readonly title: string;
}

export interface PlayOptions {
  /** Called when something worth keeping is on the pages. */
  readonly scene: (scene: Scene) => Promise<void>;
  readonly giveUpAfterMs: number;
  /** Aborted when the person has seen enough. */
  readonly signal: AbortSignal;
}

/** Raised when the story does not get where it should. */
class StoryStuck extends FixableError {
  override readonly name = "StoryStuck";
  constructor(what: string, problems: readonly string[]) {
    super(
      `the demo's story stopped before ${what}`,
      problems.length > 0 ? problems.join("\n  ") : "run it again on a machine that is less busy",
    );
  }
}

export async function play(world: DemoWorld, { scene, giveUpAfterMs, signal }: PlayOptions): Promise<void> {
  const replied = async (words: string): Promise<void> => {
    const before = replies(world);
    await world.comment(words);
    if (!(await waitFor(() => replies(world) > before || null, giveUpAfterMs, signal)))
      throw new StoryStuck(`the answer to ${words}`, world.problems());
  };
  const until = async (what: string, conclusion: string): Promise<CheckRun> => {
    const ended = (check: CheckRun | undefined): CheckRun | null =>
      check?.status === "completed" && check.conclusion === conclusion ? check : null;
    const check = await waitFor(() => ended(runCheck(world)), giveUpAfterMs, signal);
    if (check) return check;
    throw new StoryStuck(what, world.problems());
  };
  await world.comment(RUN_COMMAND);
  const asked = await until("the question", "action_required");
  await scene({ name: "1-question", title: "The run waits for a person" });
  const yes = asked.actions.find((action) => action.label === "Build it");
  if (!yes)
    throw new StoryStuck("the button", [
      `the check shows ${asked.actions.map((each) => each.label).join(", ")}`,
    ]);
  world.click(asked, yes.identifier);
  await until("the failure", "failure");
  await replied("/attractor diagnose");
  await scene({
    name: "2-diagnosis",
    title: "One of four branches failed; the diagnosis is on the pull request",
  });
  world.bestiary.bringBack();
  await replied("/attractor resume");
  await until("the end", "success");
  await scene({ name: "3-success", title: "Resumed: only the failed branch ran again, then the rest" });
}

export const runCheck = ({ repository }: DemoWorld): CheckRun | undefined =>
  [...repository.checks.values()].findLast((check) => check.name.startsWith("attractor:"));

const LOOK_EVERY_MS = 100;

const replies = ({ repository }: DemoWorld): number =>
  [...repository.comments.values()].filter(({ user }) => user.type === "Bot").length;

async function waitFor<T>(find: () => T | null, forMs: number, signal: AbortSignal): Promise<T | null> {
  for (const end = performance.now() + forMs; performance.now() < end; ) {
    const found = find();
    if (found !== null) return found;
    await setTimeout(LOOK_EVERY_MS, undefined, { signal });
  }
  return null;
}
