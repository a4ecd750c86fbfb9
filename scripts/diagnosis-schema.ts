/** Writes schemas/diagnosis.schema.json: what `attractor diagnose --json` prints. */
import { writeFileSync } from "node:fs";
import { diagnosisJsonSchema } from "../engine/diagnose/schema.ts";

writeFileSync(
  new URL("../schemas/diagnosis.schema.json", import.meta.url),
  `${JSON.stringify(diagnosisJsonSchema(), null, 2)}\n`,
);
