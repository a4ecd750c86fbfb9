/**
 * What a trunk job says to the jobs after it, its one control output: branches to run, a hand-over to job `next`, or nothing
 * more. It arrives whole or not at all (GitHub drops an output that holds a masked value, so that it does not name the run,
 * which every job knows), and is hostile until parsed.
 */
import * as z from "zod/mini";
import "../../engine/core/zod-messages.ts";
import { once } from "../../engine/once.ts";
import { indexIn } from "./matrix.ts";

/** As many jobs as one workflow run may get by its matrices, all rounds together. */
export const MOST_LEGS = 256;

export interface LegsOutput {
  readonly kind: "legs";
  /** The hop that the branches belong to: they run in no other, whatever the ledger says by then. */
  readonly hop: number;
  readonly epoch: number;
  /** How many of them may run at a time. */
  readonly max: number;
  /** Values of the matrix, number and label. */
  readonly legs: readonly string[];
  /** The same of those that run in jobs that may only read; the trunk's turn has number 0. One of the two lists has a value. */
  readonly readOnly: readonly string[];
  /** How many jobs the matrices of the rounds before this one had in the same workflow run. */
  readonly used: number;
}

export type ControlOutput = { readonly kind: "next" } | { readonly kind: "done" } | LegsOutput;

const Legs = once(() => {
  const title = z.string().check(
    z.maxLength(96),
    z.refine((text) => indexIn(text) !== null, "it begins with the number of a branch"),
  );
  const titles = z.array(title).check(z.maxLength(MOST_LEGS));
  return z
    .object({
      v: z.literal(1),
      hop: z.string().check(z.regex(/^[1-9]\d{0,8}\.[1-9]\d{0,8}$/)),
      max: z.int().check(z.minimum(1), z.maximum(MOST_LEGS)),
      legs: titles,
      read_only: z.optional(titles),
      used: z.optional(z.int().check(z.minimum(0), z.maximum(MOST_LEGS))),
    })
    .check(
      z.refine((go) => titlesIn(go).length > 0, "it names a branch"),
      z.refine(
        (go) => new Set(titlesIn(go).map(indexIn)).size === titlesIn(go).length,
        "each branch is named once",
      ),
    );
});

const titlesIn = ({
  legs,
  read_only = [],
}: {
  legs: string[];
  read_only?: string[] | undefined;
}): string[] => [...legs, ...read_only];

class ControlOutputError extends Error {
  override readonly name = "ControlOutputError";
  readonly fix = "hand on the trunk job's output as `attractor init` writes it";
}

export function controlOutputText(go: ControlOutput): string {
  if (go.kind !== "legs") return go.kind;
  const { hop, epoch, max, legs, readOnly, used } = go;
  return JSON.stringify(
    Legs().parse({
      ...{ v: 1, hop: `${hop}.${epoch}`, max, legs },
      ...(readOnly.length === 0 ? {} : { read_only: readOnly }),
      ...(used === 0 ? {} : { used }),
    }),
  );
}

/** null: nothing arrived. */
export function parseControlOutput(text: string): ControlOutput | null {
  if (text === "") return null;
  if (text === "next" || text === "done") return { kind: text };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch {
    throw new ControlOutputError(`go is neither next, done nor JSON: ${JSON.stringify(text.slice(0, 80))}`);
  }
  const read = Legs().safeParse(json);
  if (!read.success) throw new ControlOutputError(`go cannot be read: ${z.prettifyError(read.error)}`);
  const { hop, max, legs, read_only: readOnly = [], used = 0 } = read.data;
  const [number = 0, epoch = 0] = hop.split(".").map(Number);
  return { kind: "legs", hop: number, epoch, max, legs, readOnly, used };
}

/** Jobs that a workflow run had in its matrices up to and with these. */
export const usedWith = ({ used, legs, readOnly }: LegsOutput): number =>
  used + legs.length + readOnly.length;
