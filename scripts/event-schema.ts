/** Writes schemas/event.schema.json, one line of a run's log, schemas/report.schema.json and schemas/output.schema.json. */

import { writeFileSync } from "node:fs";
import { asJson } from "../engine/as-json.ts";
import { eventJsonSchema } from "../engine/core/events.ts";
import { reportJsonSchema } from "../engine/report/json.ts";
import { outputJsonSchema } from "./output-schemas.ts";

const write = (name: string, schema: object): void =>
  writeFileSync(new URL(`../schemas/${name}`, import.meta.url), asJson(schema));

write("event.schema.json", eventJsonSchema());
write("report.schema.json", reportJsonSchema());
write("output.schema.json", outputJsonSchema());
