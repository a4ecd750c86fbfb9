/**
 * A tool hook of the author's as a CLI is given it. Its time is ended here, as a failure: where a CLI's own time for a
 * hook is over, the call goes on as if it had been allowed.
 */
import { shellWord } from "../../shell-word.ts";
import type { ModelSettings } from "../port.ts";

const secondsOf = ({ commandTimeoutMs }: Pick<ModelSettings, "commandTimeoutMs">): number =>
  Math.ceil(commandTimeoutMs / 1000);

/** For the shell that a CLI runs it by. Not every system has `timeout`; without both nothing runs, which is a failure too. */
export const hookCommand = (command: string, settings: Pick<ModelSettings, "commandTimeoutMs">): string => {
  const run = `${secondsOf(settings)} bash --noprofile --norc -c ${shellWord(command)}`;
  return `( if command -v timeout > /dev/null; then timeout -k 2 ${run}; else perl -e 'alarm shift; exec @ARGV' ${run}; fi )`;
};

const MARGIN_SECONDS = 30;

/** What the CLI is told: later than the hook is ended. */
export const hookSeconds = (settings: Pick<ModelSettings, "commandTimeoutMs">): number =>
  secondsOf(settings) + MARGIN_SECONDS;
