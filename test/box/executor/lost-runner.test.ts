import { once } from "node:events";
import { writeFileSync } from "node:fs";
import { type AddressInfo, createServer, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { saidIn, works } from "./support/text.ts";
import { createWorld, MAIN, type World } from "./support/world.ts";

const still = { clock: { speed: 0 } } as const;
const SECOND = 1000;
const MINUTE = 60 * SECOND;

const world = (workflow: string, options = {}): Promise<World> =>
  createWorld({ [MAIN]: workflow.replaceAll('"$NODE"', `"${process.execPath}"`) }, options);

describe("a lost runner", () => {
  const LOST = `
on: workflow_dispatch
jobs:
  leg:
    runs-on: ubuntu-latest
    outputs: { x: "1" }
    steps:
      - run: |
          (setsid sh -c 'echo "SAY child $$"; exec sleep 300') &
          echo "SAY pid $$"
          wait
      - if: always()
        run: echo SAY post
  settle: { needs: leg, if: always(), runs-on: ubuntu-latest, steps: [{ run: 'echo "SAY \${{ needs.leg.result }} [\${{ needs.leg.outputs.x }}]"' }] }
`;

  it("dies with all its processes, runs no post step, and its job fails when the lease of ten minutes is over", async () => {
    await using box = await world(LOST, still);
    const id = box.queue();
    await box.logged(id, "leg", "\nSAY child");
    const { id: jobId } = await box.logged(id, "leg", "\nSAY pid");
    expect(box.executor.loseRunner(jobId, "dead")).toBe(true);
    box.records.clock.advance(9 * MINUTE);
    expect(box.job(id, "leg").status).toBe("in_progress");
    box.records.clock.advance(MINUTE);
    const run = await box.ended(id);
    const { log, annotations, conclusion } = box.job(id, "leg");
    expect(saidIn(log).some((line) => line === "post")).toBe(false);
    for (const line of saidIn(log)) expect(works(Number(line.split(" ")[1]))).toBe(false);
    expect(conclusion).toBe("failure");
    expect(annotations[0]?.message).toContain("lost communication with the server");
    expect(saidIn(box.job(id, "settle").log)).toEqual(["failure []"]);
    expect(run.conclusion).toBe("failure");
  });

  it("may work on unheard: a zombie does its work after the server gave it up", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const pushed = new Promise<Socket>((arrived) => server.once("connection", arrived));
    await using box = await world(
      `
on: workflow_dispatch
jobs:
  leg: { runs-on: ubuntu-latest, steps: [{ run: 'echo READY; until [ -e "$RUNNER_TEMP/go" ] || [ ! -d "$RUNNER_TEMP" ]; do sleep 0.02; done; echo SAY heard; echo pushed > "/dev/tcp/127.0.0.1/PORT"' }] }
`.replace("PORT", String((server.address() as AddressInfo).port)),
      still,
    );
    const id = box.queue();
    const { id: jobId } = await box.logged(id, "leg", "\nREADY\n");
    box.executor.loseRunner(jobId, "unreachable");
    box.records.clock.advance(10 * MINUTE);
    expect((await box.ended(id)).conclusion).toBe("failure");
    writeFileSync(`${box.folder}/machines/run-${id}-1-job-${jobId}/work/_temp/go`, "");
    expect(await text(await pushed)).toBe("pushed\n");
    server.close();
    expect(saidIn(box.job(id, "leg").log)).toEqual([]);
  });
});
