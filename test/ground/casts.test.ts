/** A test that casts what it hands in tests something that cannot happen, or nothing at all. */
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, it } from "vitest";

const folder = resolve(import.meta.dirname, "..");
/** Probot's own object, of which a test needs two calls. */
const PROBOT = ["app/fuzz.test.ts", "app/registration.test.ts"];

it("no test hands in a value as never", () => {
  const cast = new RegExp(`\\bas ${"never"}\\b(?=[,;)\\]\\s]|$)(?! ran)`, "m");
  const found = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts"))
    .filter((name) => {
      const code = readFileSync(join(folder, name), "utf8").replace(/"[^"\n]*"|`[^`]*`|\/\/.*/g, "");
      return cast.test(code);
    });
  expect(found.sort()).toEqual(PROBOT);
});
