/** A provider's key lies in the driver's memory, where it belongs: whether an agent's commands can read it there. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { bubblewrap } from "../../../engine/agents/confine/bwrap.ts";
import type { Sandbox } from "../../../engine/agents/confine/sandbox.ts";
import { whereItRuns } from "../../where-it-runs.ts";
import { ends, trial } from "../api/attempt.ts";
import { laptop } from "./place.ts";

const found = await bubblewrap();
const missing = "missing" in found ? found.missing : null;

const KEY = ["sk", "memory", "of", "the", "driver", "77c1"].join("-");
const DECLARED = ["declared", "for", "agents", "19fe"].join("-");

/** Reads the memory of the driver and of the stage's own processes but itself, as far as it can open it; the words come in pieces, so that it holds none. */
const SCAN = `
import { openSync, readSync, readdirSync, readFileSync } from "node:fs";
const [driver = "", ...pieces] = process.argv.slice(2);
const words = pieces.map((parts) => parts.split("_").join("-"));
const seen = new Set();
const ours = (pid) => {
  try { return readFileSync("/proc/" + pid + "/environ", "latin1").includes(process.env.ATTRACTOR_STAGE_DIR); } catch { return false; }
};
const chunk = Buffer.alloc(4 << 20);
for (const pid of readdirSync("/proc").filter((name) => /^\\\\d+$/.test(name) && Number(name) !== process.pid && (name === driver || ours(name)))) {
  let maps = "";
  let mem = -1;
  try { maps = readFileSync("/proc/" + pid + "/maps", "latin1"); mem = openSync("/proc/" + pid + "/mem", "r"); } catch { continue; }
  for (const line of maps.split("\\\\n")) {
    const [range = "", rights = "", , , , path = ""] = line.split(/\\\\s+/);
    if (!rights.startsWith("rw") || path.startsWith("/dev")) continue;
    const [from, to] = range.split("-").map((hex) => Number.parseInt(hex, 16));
    for (let at = from; at < to; at += chunk.length - 64) {
      let read = 0;
      try { read = readSync(mem, chunk, 0, Math.min(chunk.length, to - at), at); } catch { break; }
      for (const word of words) if (chunk.subarray(0, read).includes(word)) seen.add(word);
    }
  }
}
console.log("SAW " + [...seen].sort().join(" "));
`.replaceAll("\\\\", "\\");

async function seenBy(sandbox: Sandbox): Promise<string> {
  const place = await laptop();
  writeFileSync(join(place.tree, "scan.mjs"), SCAN);
  const pieces = [KEY, DECLARED].map((word) => word.replaceAll("-", "_")).join(" ");
  // Before it, a process that was given what the author declared.
  const command = `DECLARED=$(echo ${pieces.split(" ")[1]} | tr _ -) sleep 60 & sleep 0.2; ${process.execPath} scan.mjs ${process.pid} ${pieces}; kill %1`;
  const done = await trial([{ calls: [["shell", { command, timeout_ms: 50_000 }]] }, { text: "done" }], {
    at: place.at,
    provider: { apiKey: KEY },
    deps: { sandbox },
  });
  return /SAW .*/.exec(String(ends(done.events)[0]!.output))?.[0] ?? String(ends(done.events)[0]!.output);
}

whereItRuns(missing)("R-AGENT-16: the key in the driver's memory", () => {
  it("is out of reach of a confined agent, whose own search finds what was declared for it", async () => {
    expect(await seenBy("required")).toBe(`SAW ${DECLARED}`);
  });

  it("the control: without walls, where the kernel lets one process read another, the same search finds both", async () => {
    const said = await seenBy("off");
    if (process.getuid?.() !== 0 && !said.includes(KEY)) {
      console.warn("not run: the kernel lets no process read another's memory here");
      return;
    }
    expect(said).toBe(`SAW ${DECLARED} ${KEY}`);
  });
});
