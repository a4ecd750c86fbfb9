import { expect, it } from "vitest";
import { hintedRun } from "../../app/probot/hint.ts";

it.each([
  ["Attractor c12 hop 3.1", "c12"],
  ["Attractor choose ask Yes --run r7 r99", "r7"],
  ["Attractor graphs/game.dot r99", null],
  ["Attractor c12 hop final.1", null],
  ["Build --run", null],
])("the title %s names run %s", (title, run) => {
  expect(hintedRun(title)).toBe(run);
});
