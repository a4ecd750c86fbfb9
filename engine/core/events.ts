/** Everything that can be in a run's log. A line that does not parse is refused where it is read. */
import { z } from "zod";
import { flowEvents } from "./events/flow.ts";
import { runEvents } from "./events/run.ts";
import { stageEvents } from "./events/stage.ts";

export const EventBody = z.discriminatedUnion("event", [...stageEvents, ...flowEvents, ...runEvents]);
export type EventBody = z.infer<typeof EventBody>;
export type EventName = EventBody["event"];
export type BodyOf<N extends EventName> = Extract<EventBody, { event: N }>;

const Envelope = z.object({
  seq: z.number().int().positive(),
  ts: z.iso.datetime({ offset: true }),
  run_id: z.string(),
});

export type Stamp = z.infer<typeof Envelope>;
export type RunEvent = Stamp & EventBody;
export type EventOf<N extends EventName> = Stamp & BodyOf<N>;

/** A line of the log as data; throws a ZodError that names the field. */
export function parseEvent(line: unknown): RunEvent {
  const stamp = Envelope.parse(line);
  return { ...stamp, ...EventBody.parse(line) };
}

/** The published schema of one line. */
export const eventJsonSchema = () => z.toJSONSchema(z.intersection(Envelope, EventBody), { io: "input" });
