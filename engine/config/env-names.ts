/** Environment variables as the configuration may name them. */
import { z } from "zod";
import { NEVER_PASSED } from "./never-passed.ts";

export const EnvName = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable");

export const PassEnv = z
  .array(
    EnvName.refine(
      (name) => !NEVER_PASSED.test(name),
      "the job's own token and channels are never passed to a stage",
    ),
  )
  .default([])
  .describe("Environment variables, secrets included, that the stage's processes are given by name");
