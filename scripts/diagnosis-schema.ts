/** Writes schemas/diagnosis.schema.json: what `attractor diagnose --json` prints. */

import { writeFileSync } from "node:fs";
import { asJson } from "../engine/as-json.ts";
import { diagnosisJsonSchema } from "../engine/diagnose/schema.ts";

writeFileSync(new URL("../schemas/diagnosis.schema.json", import.meta.url), asJson(diagnosisJsonSchema()));
