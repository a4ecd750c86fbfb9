/** What a run must look like that failed once, was resumed and succeeded, however often its coordinator died. */
import type { RunEvent } from "../../../engine/core/events.ts";

export interface Told {
  readonly log: readonly RunEvent[];
  /** Stages that jobs performed, whether or not their words reached the log. */
  readonly performed: readonly string[];
  readonly sticky: string | undefined;
  readonly stickies: number;
  /** Conclusions, oldest first. */
  readonly checks: readonly (string | null)[];
  /** A job was asked to leave the end as an artifact, after it was written. */
  readonly delivered: boolean;
}

const END = /^run_(?:completed|failed|canceled)$/;

export function wrongWith({ log, performed, sticky, stickies, checks, delivered }: Told): string[] {
  const twice = (event: string, of: (line: RunEvent) => string): string[] => {
    const keys = log.filter((line) => line.event === event).map(of);
    return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${event} ${key} twice`);
  };
  const hop = (line: RunEvent) => ("hop" in line && "epoch" in line ? `${line.hop}.${line.epoch}` : "");
  const attempt = (line: RunEvent) =>
    line.event === "stage_attempt_start"
      ? [line.branch_key ?? "", line.node_id, line.visit, line.attempt].join("/")
      : "";
  const logged = log.flatMap((line) =>
    line.event === "stage_attempt_start" && line.handler === "tool" ? [line.node_id] : [],
  );
  return [
    ...twice("hop_started", hop),
    ...twice("hop_planned", hop),
    ...twice("hop_settled", hop),
    ...twice("stage_attempt_start", attempt),
    ...twice("fanout_joined", (line) => ("visit" in line ? String(line.visit) : "")),
    ...twice("human_gate_answered", (line) => ("gate" in line ? String(line.gate) : "")),
    ...finals(log),
    ...(logged.toSorted().join() ===
    performed
      .filter((node) => node !== "join")
      .toSorted()
      .join()
      ? []
      : [`jobs performed ${performed.join()}, the log has ${logged.join()}`]),
    ...(stickies === 1 ? [] : [`${stickies} sticky comments`]),
    ...(sticky?.includes("succeeded") ? [] : ["the sticky comment does not tell the end"]),
    ...(checks.at(-1) === "success" && !checks.includes(null) ? [] : [`checks ended ${checks.join()}`]),
    ...(delivered ? [] : ["nobody was asked to leave the final"]),
  ];
}

/** One end each time: it failed, was resumed, and succeeded; and after an end stands nothing but a resumption. */
function finals(log: readonly RunEvent[]): string[] {
  const story = log.flatMap(({ event }) => (END.test(event) || event === "run_resumed" ? [event] : []));
  const early = log.findIndex(
    ({ event }, i) => END.test(event) && i + 1 < log.length && log[i + 1]?.event !== "run_resumed",
  );
  return [
    ...(story.join() === "run_failed,run_resumed,run_completed" ? [] : [`it went ${story.join()}`]),
    ...(early === -1 ? [] : [`${log[early]?.event} is followed by ${log[early + 1]?.event}`]),
  ];
}
