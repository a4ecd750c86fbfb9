/** A command as it was asked, and what became of it. */
import type { Command } from "./parse.ts";

export interface CommandRequest {
  readonly command: Command;
  /** Where it was said; null: in the Actions tab, about any run of the repository. */
  readonly pullRequest: number | null;
  readonly actor: string;
  readonly source: "comment" | "button" | "dispatch";
  /** A command is executed once however often it is delivered. */
  readonly commandId: string;
  /** When it was said, by GitHub's clock, in epoch milliseconds; null: a button, which names the head it was shown on. */
  readonly saidAt: number | null;
  readonly onHead: string | null;
}

/** What a run is called that the command begins. */
export const runBegunBy = ({ source, commandId }: CommandRequest): string =>
  source === "comment" ? `c${commandId}` : commandId;

export interface CommandResult {
  /** Why not, or what was asked for; null: nothing to say. */
  readonly reply: string | null;
  /** What follows from the command now that it is written down, as markdown. */
  readonly done?: string;
  readonly look: string | null;
  /** The reply is markdown, and what it repeats is escaped. */
  readonly markdown?: true;
  /** Shows the run because somebody asked. */
  readonly show?: () => Promise<void>;
}
