/** What GitHub is asked to grant and to send: app.yml says it, for whoever registers the app. */
import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const Registration = z.object({
  name: z.string(),
  description: z.string(),
  public: z.boolean(),
  default_permissions: z.record(z.string(), z.enum(["read", "write"])),
  default_events: z.array(z.string()),
});
export type Registration = z.infer<typeof Registration>;

export const registration = (): Registration =>
  Registration.parse(parse(readFileSync(new URL("app.yml", import.meta.url), "utf8")));
