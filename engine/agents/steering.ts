/**
 * What a person says to an agent while it works (specification 9.6): a file each in the run folder, handed over once, or an event
 * of the run's log, which waits until an agent has answered with it.
 */
import { randomBytes } from "node:crypto";
import { mkdirSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { digestOf } from "../digest.ts";
import { writeJsonAtomic } from "../ledger/atomic.ts";
import type { StageRequest } from "../stages/port.ts";
import { beforeCut } from "../stages/whole-lines.ts";
import type { Steering } from "./port.ts";

const MOST_BYTES = 64 * 1024;

export interface Steer {
  readonly text: string;
  readonly by: string;
}

export async function sendSteering(root: string, node: string, steer: Steer, now: number): Promise<void> {
  const folder = folderOf(root, node);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  await writeJsonAtomic(
    join(folder, `${String(now).padStart(15, "0")}-${randomBytes(4).toString("hex")}.json`),
    steer,
  );
}

export function steeringOf({
  logsRoot,
  stage,
  words,
  signal,
  note,
}: Pick<StageRequest, "logsRoot" | "words" | "signal" | "note"> & {
  readonly stage: Pick<StageRequest["stage"], "id">;
}): Steering {
  /** Given to the agent, which may fail before it answers: then they wait for the next. */
  const given = new Set<string>();
  return {
    async take() {
      await words?.look();
      if (signal.aborted) return [];
      const said = (words?.waiting() ?? []).filter(({ id }) => !given.has(id));
      for (const { id } of said) given.add(id);
      return [...filed(logsRoot, stage.id), ...said.map(({ text }) => fitting(text))];
    },
    answered(turn) {
      for (const command_id of given) note({ event: "agent_told", command_id, turn });
      given.clear();
    },
  };
}

const filed = (root: string, node: string): readonly string[] => names(folderOf(root, node)).flatMap(read);

/** Beside what the driver owns alone: no stage may write there. */
const folderOf = (root: string, node: string): string =>
  join(root, "control", "steer", digestOf(node).replace(/\W/g, "").slice(-16));

function names(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith(".json"))
      .sort()
      .map((name) => join(folder, name));
  } catch {
    return [];
  }
}

/** Gone before it is handed over: it is said once, or not at all, never twice. */
function read(path: string): string[] {
  try {
    const { text } = JSON.parse(readFileSync(path, "utf8")) as { text?: unknown };
    rmSync(path);
    return typeof text === "string" && text !== "" ? [fitting(text)] : [];
  } catch {
    rmSync(path, { force: true });
    return [];
  }
}

/** Cut between lines: half a secret at the cut would pass the mask of the attempt's log. */
function fitting(text: string): string {
  const bytes = Buffer.from(text);
  return bytes.length <= MOST_BYTES ? text : beforeCut(bytes.subarray(0, MOST_BYTES)).toString("utf8");
}
