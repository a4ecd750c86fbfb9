/** What a person sees while a run goes on: a moving tree at a terminal, plain lines elsewhere, nothing with --json. */

import { storyLine } from "../../engine/report/story.ts";
import { clockText } from "../clock-text.ts";
import type { Terminal } from "../io.ts";
import { movingScreen } from "./live-tree.ts";
import type { Screen } from "./port.ts";

export interface ScreenChoice {
  readonly json: boolean;
  /** Whether a person is asked at this terminal. */
  readonly asks: boolean;
  /** The run's folder; what its stages print is shown from there. */
  readonly root: string | null;
}

export function screen(terminal: Terminal, { json, asks, root }: ScreenChoice): Screen {
  const { size } = terminal;
  if (!json && size) return movingScreen({ out: terminal.out, size, color: terminal.color, asks, root });
  return {
    watch: (event) => {
      const line = json ? null : storyLine(event);
      if (line !== null) terminal.out(`${clockText(event.ts)} ${line}\n`);
    },
    say: terminal.err,
    close: () => undefined,
  };
}
