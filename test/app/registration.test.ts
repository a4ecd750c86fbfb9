import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { attractorApp } from "../../app/probot/app.ts";
import { registration } from "../../app/registration.ts";
import { needs } from "../../box/auth/needs.ts";
import type { OperationId } from "../../box/openapi/selection.ts";
import { slice } from "../../box/openapi/slice.ts";

const ROOT = join(import.meta.dirname, "../..");

/** Every request that the app can make, as the operation that GitHub calls it. */
function operations(): OperationId[] {
  const shape = (route: string): string => route.replace(/\{[^}]*\}/g, "{}");
  const known = new Map(
    Object.entries(slice.operations).map(([id, { method, path }]) => [
      shape(`${method.toUpperCase()} ${path}`),
      id as OperationId,
    ]),
  );
  const sources = ["app", "github"].flatMap((room) =>
    readdirSync(join(ROOT, room), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => join(room, path)),
  );
  return sources.flatMap((path) => {
    const text = readFileSync(join(ROOT, path), "utf8");
    const named = new Map([...text.matchAll(/const (\w+) = "(\/[^"]+)"/g)].map((one) => [one[1], one[2]]));
    return [...text.matchAll(/["`]((?:GET|POST|PATCH|PUT|DELETE) [^"`]+)["`]/g)].map(([, route = ""]) => {
      const whole = route.replace(/\$\{(\w+)\}/g, (_, name: string) => named.get(name) ?? "?");
      const id = known.get(shape(whole));
      if (id === undefined) throw new Error(`${path} asks for ${whole}, which the box does not know`);
      return id;
    });
  });
}

it("R-GH-8: the app asks for the permissions that its requests need, and for no others", () => {
  const asked = operations();
  expect(asked.length).toBeGreaterThan(25);
  const needed: Record<string, "read" | "write"> = { metadata: "read" };
  for (const id of asked) {
    // Where an issue or a pull request may be spoken of, both permissions are needed.
    for (const [name, access] of needs[id].any.flatMap((one) => Object.entries(one)))
      needed[name] = needed[name] === "write" ? "write" : access;
  }
  expect(registration().default_permissions).toEqual(needed);
});

it("the app asks for the events that it hears, and for no others", () => {
  const heard = new Set<string>();
  attractorApp({} as never)({
    onAny: () => undefined,
    on: (names: string | string[]) => {
      for (const name of [names].flat()) heard.add(name.split(".")[0] as string);
    },
  } as never);
  expect(registration().default_events).toEqual([...heard].sort());
});
