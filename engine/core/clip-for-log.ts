/** What a stage says beside its outcome, at the length at which the log keeps it; the stage's files have it whole. */
import { clip, LONGEST_GIVEN } from "../failure/clip.ts";
import type { Evidence } from "../failure/evidence.ts";
import type { Outcome, Usage } from "./outcome.ts";

const NOTES_BYTES = 2 * 1024;
/** A label or a node's name beyond this leads nowhere. */
const NAME_BYTES = 1024;
const CODE_BYTES = 200;
const MOST_NAMES = 60;

export const clippedNotes = (notes: string): string => clip(notes, NOTES_BYTES).text;

export const clippedLabel = (label: string): string => clip(label, NAME_BYTES).text;

export const clippedNames = (names: readonly string[]): string[] =>
  names.slice(0, MOST_NAMES).map((name) => clip(name, NAME_BYTES).text);

/** Compared by its beginning alone. */
export const clippedSignature = (given: string): string => given.slice(0, LONGEST_GIVEN);

/** The words of providers and handlers; the numbers stay. */
export const clippedEvidence = (evidence: Evidence): Evidence => ({
  ...evidence,
  ...(evidence.signal === undefined ? {} : { signal: clip(evidence.signal, CODE_BYTES).text }),
  ...(evidence.error_code === undefined ? {} : { error_code: clip(evidence.error_code, CODE_BYTES).text }),
  ...(evidence.pause === undefined
    ? {}
    : { pause: { ...evidence.pause, provider: clip(evidence.pause.provider, CODE_BYTES).text } }),
});

export const clippedUsage = (usage: readonly Usage[]): Usage[] =>
  usage.map(({ provider, model, ...numbers }) => ({
    ...(provider === undefined ? {} : { provider: clip(provider, CODE_BYTES).text }),
    ...(model === undefined ? {} : { model: clip(model, CODE_BYTES).text }),
    ...numbers,
  }));

/** A status is a word; a longer one is no status that an edge could wait for. */
export const clippedStatus = (status: Outcome["status"]): string => clip(status, CODE_BYTES).text;
