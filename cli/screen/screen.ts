/** What a person sees while a run goes on: a moving tree at a terminal, plain lines elsewhere, nothing with --json. */
import type { Watcher } from "../../engine/drive/log.ts";
import { storyLine } from "../../engine/report/story.ts";
import type { Terminal } from "../io.ts";

export interface Screen {
  readonly watch: Watcher;
  close(): void;
}

export function screen(terminal: Terminal, { json }: { readonly json: boolean }): Screen {
  return {
    watch: (event) => {
      const line = json ? null : storyLine(event);
      if (line !== null) terminal.out(`${event.ts.slice(11, 19)} ${line}\n`);
    },
    close: () => undefined,
  };
}
