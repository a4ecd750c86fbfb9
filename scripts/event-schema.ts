/** Writes schemas/event.schema.json: one line of a run's log, from the schema that the program itself parses with. */
import { writeFileSync } from "node:fs";
import { eventJsonSchema } from "../engine/core/events.ts";

writeFileSync(
  new URL("../schemas/event.schema.json", import.meta.url),
  `${JSON.stringify(eventJsonSchema(), null, 2)}\n`,
);
