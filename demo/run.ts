/** The demo from start to end: the site, the world, then a person or the story. */
import { once as heard } from "node:events";
import { play, RUN_COMMAND, type Scene } from "./play.ts";
import { openSite } from "./site/server.ts";
import { createAlbum } from "./snapshots.ts";
import { startWorld } from "./world.ts";

export interface DemoOptions {
  readonly once: boolean;
  readonly keep: boolean;
  /** Folder for the pages that `once` saves. */
  readonly out: string;
  readonly port: number;
  readonly speed: number;
  readonly say: (line: string) => void;
  /** Resolves when the person has seen enough. */
  readonly interrupted: AbortSignal;
}

/** A slow machine needs minutes for a hop. */
const STEP_MS = 300_000;

/** Ends with an exit code. */
export async function runDemo(options: DemoOptions): Promise<number> {
  const { once, keep, out, port, speed, say, interrupted } = options;
  const site = await openSite(port);
  const closers: (() => Promise<void>)[] = [() => site.close()];
  try {
    const world = await startWorld({ siteUrl: site.url, speed });
    closers.unshift(() => world.close());
    site.show(world);
    interrupted.throwIfAborted();
    say(`GitHub in a box: ${site.url}`);
    if (!once) {
      await world.comment(RUN_COMMAND);
      say(
        `${world.user.login} commented "${RUN_COMMAND}" on the pull request. Open the page and play along; Ctrl-C ends it.`,
      );
      for (const [at, step] of STEPS.entries()) say(`  ${at + 1}. ${step}`);
      await aborted(interrupted);
      return 0;
    }
    const album = createAlbum({ world, siteUrl: site.url, out });
    const scene = async (shown: Scene): Promise<void> => {
      say(`  ${shown.title}`);
      await album.take(shown);
    };
    await play(world, { scene, giveUpAfterMs: STEP_MS, signal: interrupted });
    say(`Saved: ${await album.bind()}`);
    for (const problem of world.problems()) say(`  problem: ${problem}`);
    if (keep) {
      say("The pages stay open; Ctrl-C ends it.");
      await aborted(interrupted);
    }
    return world.problems().length === 0 ? 0 : 1;
  } catch (error) {
    if (interrupted.aborted) return once ? 3 : 0;
    throw error;
  } finally {
    // One that fails must not keep the others open.
    for (const close of closers)
      await close().catch((error: Error) => interrupted.aborted || say(`while closing: ${error.message}`));
  }
}

const STEPS = [
  'In a minute the run asks, and shows its plan: press "Build it" below Checks.',
  "Four branches work side by side; one asks a service that is down, and the run ends and says why. /attractor diagnose says more.",
  'Press "Bring it back" below the checks, then comment /attractor resume: only the failed branch runs again.',
  'It ends: "See the work" is what it made.',
];

const aborted = async (signal: AbortSignal): Promise<void> => {
  if (!signal.aborted) await heard(signal, "abort");
};
