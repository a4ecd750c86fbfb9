/** Writes schemas/config.schema.json from the schema that the program itself uses. */

import { writeFileSync } from "node:fs";
import { asJson } from "../engine/as-json.ts";
import { configJsonSchema } from "../engine/config/schema.ts";

writeFileSync(new URL("../schemas/config.schema.json", import.meta.url), asJson(configJsonSchema()));
