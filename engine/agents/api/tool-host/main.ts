/**
 * The process in which an agent's tools work: the stage's user, folder and environment, and nothing of the driver's.
 * Orders come line by line on standard input; when that ends, every command ends and so does this process.
 */
import { lstatSync, mkdtempSync, readlinkSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { runInside } from "../../confine/egress/inside.ts";
import type { ToolPlace } from "./place.ts";
import type { Order, Start, ToolReport } from "./protocol.ts";
import { serve } from "./serve.ts";
import { stopAll } from "./shell.ts";

const say = (report: ToolReport): void => void process.stdout.write(`${JSON.stringify(report)}\n`);
const running = new Map<number, AbortController>();
let place: ToolPlace | null = null;

/** The path where its file really lies, or will: in a sandbox the last step is a link. */
function realEnd(path: string): string {
  const end = lstatSync(path, { throwIfNoEntry: false })?.isSymbolicLink() ? readlinkSync(path) : path;
  return join(realpathSync(dirname(end)), basename(end));
}

async function host(): Promise<void> {
  for await (const line of createInterface({ input: process.stdin })) {
    if (place === null) {
      const { root, statusPath } = JSON.parse(line) as Start;
      const scratch = realpathSync(mkdtempSync(join(tmpdir(), "attractor-output-")));
      const statusReal = statusPath && realEnd(statusPath);
      place = { root: realpathSync(root), statusPath, statusReal, scratch };
      process.once("exit", () => rmSync(scratch, { recursive: true, force: true }));
      say({ ready: true });
      continue;
    }
    const order = JSON.parse(line) as Order;
    if ("stop" in order) {
      running.get(order.id)?.abort();
      continue;
    }
    const stop = new AbortController();
    running.set(order.id, stop);
    const { id } = order;
    void serve(place, order, stop.signal, (bytes) => say({ id, bytes })).then((report) => {
      running.delete(id);
      say(report);
    });
  }

  for (const stop of running.values()) stop.abort();
  await stopAll();
  process.exit(0);
}

// In walls without a network it is what leads out of them, for whatever else is started there.
if (process.argv[2] === "inside") await runInside(process.argv.slice(3));
else await host();
