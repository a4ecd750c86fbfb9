/** Pieces of workflow files as text, so that comments and order stay as a person would write them. */
import { stringify } from "yaml";

export const expression = (text: string): string => `\${{ ${text} }}`;

/** What somebody else chose, on one line. */
export const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: "flow", lineWidth: 0, flowCollectionPadding: false }).trimEnd();

/** Lines moved to the right; empty ones stay empty. */
export const indented = (text: string, by: number): string => text.replace(/^(?=.)/gm, " ".repeat(by));

/** A list of steps as it stands below `steps:`. */
export const stepsText = (steps: readonly unknown[]): string =>
  steps.length === 0 ? "" : indented(stringify(steps, { lineWidth: 0 }), 6);
