/** Everything that can be in a run's log. A line that does not parse is refused where it is read. */
import * as z from "zod/mini";
import "./zod-messages.ts";
import { flowEvents } from "./events/flow.ts";
import { runEvents } from "./events/run.ts";
import { stageEvents } from "./events/stage.ts";

const EVENTS = [...stageEvents, ...flowEvents, ...runEvents] as const;
export type EventBody = z.infer<ReturnType<(typeof EVENTS)[number]["schema"]>>;
export type EventName = EventBody["event"];
export type BodyOf<N extends EventName> = Extract<EventBody, { event: N }>;

const Envelope = z.object({
  seq: z.int().check(z.positive()),
  ts: z.iso.datetime({ offset: true }),
  run_id: z.string(),
});

export type Stamp = z.infer<typeof Envelope>;
export type RunEvent = Stamp & EventBody;
export type EventOf<N extends EventName> = Stamp & BodyOf<N>;

const BY_NAME: ReadonlyMap<string, (typeof EVENTS)[number]> = new Map(EVENTS.map((one) => [one.name, one]));
export const EVENT_NAMES: readonly EventName[] = EVENTS.map(({ name }) => name);

const Named = z.object({ event: z.enum(EVENT_NAMES) });

/** A line of the log as data; throws a ZodError that names the field. */
export function parseEvent(line: unknown): RunEvent {
  return { ...Envelope.parse(line), ...parseBody(line) };
}

/** Without its place in a log. */
export function parseBody(line: unknown): EventBody {
  const { event } = Named.parse(line);
  return BY_NAME.get(event)!.schema().parse(line) as EventBody;
}

/** The published schema of one line. */
export const eventJsonSchema = () => {
  const [first, ...rest] = EVENTS.map(({ schema }) => schema());
  const body = z.discriminatedUnion("event", [first!, ...rest]);
  return z.toJSONSchema(z.intersection(Envelope, body), { io: "input" });
};
