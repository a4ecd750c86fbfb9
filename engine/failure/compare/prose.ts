/** Reasons in which nothing is named alike: both must say the same in plain words, and enough of it. */
import { POLAR } from "../text/words.ts";
import { equal, match, type Overlap, unmatched } from "./overlap.ts";
import type { View } from "./view.ts";

const ENOUGH = 2;
const COMMAND = 2;
/** As many telling words carry a sentence, whatever common ones stand between them. */
const CARRYING = 3;

/** The evidence, or why it is not enough. */
export function weighProse(a: View, b: View, overlap: Overlap): number | string {
  const { names, files, words, commands, concepts } = overlap;
  if (commands.shared === 0 && commands.onlyA > 0 && commands.onlyB > 0) return "other commands";
  if (unmatched(words) + unmatched(names) + unmatched(files) > 0) return "other words";
  if (turned(a, b, overlap)) return "turned words";
  const content = words.shared + commands.shared * COMMAND;
  const tools = words.shared > 0 ? match(a.atoms.tools, b.atoms.tools, equal).shared : 0;
  const evidence = content + tools + concepts.shared;
  return content >= 1 && evidence >= ENOUGH ? evidence : `words ${content}`;
}

/** "sent twice" is not "never sent", though the telling words are the same. */
function turned(a: View, b: View, { turns, words, concepts }: Overlap): boolean {
  if (polarity(a) !== polarity(b) || (turns.onlyA > 0 && turns.onlyB > 0)) return true;
  return words.shared < CARRYING && unmatched(turns) + unmatched(concepts) > 0;
}

const polarity = ({ atoms }: View): string =>
  atoms.turns
    .filter((word) => POLAR.has(word))
    .sort()
    .join(" ");
