/** What the forms of the site do, always as the demo's person. */
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { DemoWorld } from "../world.ts";
import { pullPath } from "./views/shell.ts";

export interface Answer {
  readonly status: number;
  readonly type: string;
  readonly body: string | Buffer;
  readonly headers?: Readonly<Record<string, string>>;
}

export async function post(world: DemoWorld, path: string, request: IncomingMessage): Promise<Answer> {
  const form = new URLSearchParams(await text(request));
  switch (path) {
    case "/-/comment": {
      const body = form.get("body") ?? "";
      if (body.trim() === "") return words(422, "write something first");
      await world.comment(body.slice(0, 60_000));
      return back(world);
    }
    case "/-/click": {
      const check = world.repository.checks.get(Number(form.get("check")));
      if (!check) return words(404, "there is no such check");
      world.click(check, form.get("identifier") ?? "");
      return back(world);
    }
    case "/-/bestiary":
      world.bestiary.bringBack();
      return back(world);
    default:
      return words(404, "there is no such form");
  }
}

const words = (status: number, body: string): Answer => ({
  status,
  type: "text/plain; charset=utf-8",
  body: `${body}\n`,
});
const back = (world: DemoWorld): Answer => ({
  ...words(303, "done"),
  headers: { location: pullPath(world) },
});
