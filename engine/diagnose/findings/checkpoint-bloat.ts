import { countText } from "../../report/units.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, scopesOf } from "./words.ts";

const MOST_BYTES = 1024 * 1024;

export const checkpointBloat: FindingKind = {
  code: "CHECKPOINT_BLOAT",
  title: "The checkpoint grows with every round",
  explain:
    "completed_nodes of the checkpoint lists the same nodes again and again: forty entries or more, three times as many as there are nodes. Or the file is larger than a mebibyte. It is read at every resume and often goes into prompts.",
  fix: "Nothing is lost by it, but bound the loops. Checkpoints of this engine list each node once and are bounded in size.",
  look: (facts) =>
    scopesOf(facts).flatMap((scope) => {
      const { checkpoint } = scope.files;
      if (checkpoint === null) return [];
      const { completed, distinct, bytes, file } = checkpoint;
      if (bytes <= MOST_BYTES && (completed < 40 || completed < 3 * distinct)) return [];
      return [
        {
          severity: "warning",
          title: `completed_nodes has ${completed} entries, ${distinct} of them unique${inBranch(scope.key)}`,
          evidence: `${file}, ${countText(bytes)} bytes`,
          advice: "bound the loops with max_node_visits; read completed_nodes as a set",
          where: [{ file }],
          numbers: { completed, unique: distinct, bytes },
        },
      ];
    }),
};
