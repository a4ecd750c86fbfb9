/** docs/decisions/README.md: every decision by its room, from the files' own first lines. */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

const FILE = /^(\d{3})-.*\.md$/;

/** First number of a room's range, and what it is about. */
const ROOMS: readonly (readonly [number, string])[] = [
  [1, "The whole"],
  [10, "The graph language"],
  [20, "Failures"],
  [30, "Log and git"],
  [40, "Stages"],
  [50, "The box"],
  [60, "Run pages"],
  [70, "Jobs on runners"],
  [80, "Coordinator and app"],
  [100, "Deciding"],
  [105, "Runs on one machine"],
  [110, "Jobs on runners"],
  [115, "Coordinator and app"],
  [120, "The graph language"],
  [125, "Failures"],
  [130, "Agents by API"],
  [140, "Agents by command line"],
  [150, "Choosing a model"],
  [160, "Coordinator and app"],
  [165, "Diagnosis"],
  [170, "Speed"],
  [190, "What a stranger meets"],
];

interface Decision {
  readonly number: number;
  readonly file: string;
  readonly title: string;
  /** `Replaced by NNN` or `Changed by NNN`, where the text says so. */
  readonly status: string;
}

export function decisions(folder: string): Decision[] {
  return readdirSync(folder)
    .filter((file) => FILE.test(file))
    .sort()
    .map((file) => {
      const text = readFileSync(join(folder, file), "utf8");
      const title = (text.split("\n")[0] ?? "").replace(/^# (?:\d{3}:? )?/, "");
      const status = /\b(?:Replaced|Changed) by \d{3}\b/.exec(text)?.[0] ?? "stands";
      return { number: Number(FILE.exec(file)?.[1]), file, title, status };
    });
}

export function decisionsPage(all: readonly Decision[]): string {
  const rooms = [...new Set(ROOMS.map(([, room]) => room))];
  const roomOf = ({ number }: Decision) => ROOMS.findLast(([first]) => first <= number)?.[1];
  const tables = rooms.map((room) => {
    const rows = all
      .filter((decision) => roomOf(decision) === room)
      .map(({ file, title, status }) => `| [${file.slice(0, 3)}](${file}) | ${title} | ${status} |`);
    return [`## ${room}`, "", "| | decision | status |", "|---|---|---|", ...rows, ""].join("\n");
  });
  return [
    "# Decisions",
    "",
    "What a newcomer would ask about: what was decided, why, what was measured, what was not chosen. Made by `npm run docs`.",
    "",
    ...tables,
  ].join("\n");
}
