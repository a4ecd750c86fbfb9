/** Words to look among, put together at the first look: most runs read no failure, and none before its first decision. */
import { once } from "../../once.ts";

export interface WordList {
  has(word: string): boolean;
}

export function wordList(make: () => Iterable<string>): WordList {
  const made = once(() => new Set(make()));
  return { has: (word) => made().has(word) };
}
