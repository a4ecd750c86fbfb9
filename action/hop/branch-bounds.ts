/** What is believed of a branch's result by the job that takes it in: who it is comes from the plan, what it cost from the plan's bounds. */
import type { BodyOf, EventBody } from "../../engine/core/events.ts";
import type { Leg } from "./leg.ts";

const MOST_RESULT_BYTES = 256 * 1024;
const MOST_NODES = 2_000;

export function tooLarge({ result }: BodyOf<"branch_completed">): string | null {
  const bytes = Buffer.byteLength(JSON.stringify(result));
  if (bytes > MOST_RESULT_BYTES)
    return `its result has ${bytes} bytes; at most ${MOST_RESULT_BYTES} are taken (write large outputs to files)`;
  const nodes = Object.keys(result.nodes).length;
  return nodes > MOST_NODES ? `its result names ${nodes} nodes; at most ${MOST_NODES} are taken` : null;
}

export function trusted(
  leg: Leg,
  end: BodyOf<"branch_completed">,
  reserved: number | null,
): BodyOf<"branch_completed"> {
  return {
    ...end,
    fan_node: leg.fan.node,
    fan_visit: leg.fan.visit,
    status: end.result.status,
    result: { ...end.result, ...leg.branch, usage: clamped(end.result.usage, reserved) },
  };
}

type Usage = BodyOf<"branch_completed">["result"]["usage"];

/** The costs of a leg's stages are what a run's spending is summed from: together no more than was set aside. */
export function withinMeans(events: readonly EventBody[], reserved: number | null): EventBody[] {
  const clamp = clamping(reserved);
  return events.map((event) =>
    event.event === "stage_attempt_end" && event.usage ? { ...event, usage: clamp(event.usage) } : event,
  );
}

const clamped = (usage: Usage, reserved: number | null): Usage => clamping(reserved)(usage);

/** Each cost between nothing and what is left of the reservation; unknown stays unknown. */
function clamping(reserved: number | null): (usage: Usage) => Usage {
  let left = reserved ?? Number.POSITIVE_INFINITY;
  return (usage) =>
    usage.map((one) => {
      if (one.cost_usd === null) return one;
      const cost = Math.min(left, one.cost_usd);
      left -= cost;
      return { ...one, cost_usd: cost };
    });
}
