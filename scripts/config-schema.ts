/** Writes schemas/config.schema.json from the schema that the program itself uses. */
import { writeFileSync } from "node:fs";
import { configJsonSchema } from "../engine/config/schema.ts";

writeFileSync(
  new URL("../schemas/config.schema.json", import.meta.url),
  `${JSON.stringify(configJsonSchema(), null, 2)}\n`,
);
