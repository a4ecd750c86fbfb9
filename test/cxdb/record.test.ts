/** Runs recorded in a CXDB server: a double of its wires always, the real one where CXDB_SERVER names its program. */

import { spawn } from "node:child_process";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { freePort } from "../../demo/free-port.ts";
import type { RunEvent } from "../../engine/core/events.ts";
import { binaryTransport } from "../../engine/cxdb/binary.ts";
import { httpTransport } from "../../engine/cxdb/http.ts";
import { writeRecord } from "../../engine/cxdb/record.ts";
import { resume } from "../../engine/index.ts";
import { HISTORIES, history } from "../histories/read.ts";
import { here } from "../local/here.ts";
import { folder, graph, logOf, named, ran, readJson, tool, until } from "../local/world.ts";
import { cxdbDouble, type Double, type StoredTurn } from "./double.ts";

const same = (text: string): string => text;
const FAN =
  graph(`par [shape=component]; j [shape=tripleoctagon]; ${tool("a", "echo a")}; ${tool("b", "echo tok-secret-77")}
  s -> par; par -> a -> j; par -> b -> j; j -> e`);
const config = (cxdb: object) => ({ version: 1, cxdb });

const seqs = (turns: readonly StoredTurn[]): number[] => turns.map(({ data }) => Number(data[1] ?? data.seq));
const eventsIn = (turns: readonly StoredTurn[]): string[] =>
  turns.map(({ data }) => String(data[3] ?? data.event));

/** What must be there, whichever wire it came by. */
function holds({ store }: Double, log: readonly RunEvent[], branches: number): void {
  const told = log.filter((event) => event.event !== "stage_heartbeat");
  expect(store.contexts.size).toBe(1 + branches);
  const all = [...store.contexts.keys()].flatMap((id) => seqs(store.own(id)));
  expect(all.toSorted((a, b) => a - b)).toEqual(told.map(({ seq }) => seq));
  const trunk = store.own(1);
  expect(seqs(trunk)).toEqual(seqs(trunk).toSorted((a, b) => a - b));
  expect(new Set([...store.turns.values()].map(({ type }) => type))).toEqual(new Set(["attractor.RunEvent"]));
}

describe.each(["binary", "http"] as const)("CXDB by its %s wire", (wire) => {
  const address = (double: Double) =>
    wire === "binary" ? { binary_addr: double.binary } : { http_base_url: double.http };
  const open = (double: Double) =>
    wire === "binary" ? binaryTransport(double.binary, "t") : httpTransport(double.http);

  it("R-CXDB-1: has a context per run, a fork per branch from where it began, and the final names context and head", async () => {
    const double = await cxdbDouble();
    const { final, log, root } = await ran(FAN, { config: config(address(double)), workdir: folder() });
    expect(final?.status).toBe("success");
    holds(double, log, 2);
    const { store } = double;
    const trunk = store.own(1);
    expect(final).toMatchObject({ cxdb_context_id: "1", cxdb_head_turn_id: String(trunk.at(-1)?.id) });
    expect(readJson(join(root, "final.json"))).toMatchObject({ cxdb_head_turn_id: String(trunk.at(-1)?.id) });
    expect(eventsIn(trunk).at(-1)).toBe("run_completed");
    const ends = trunk.filter((turn) => eventsIn([turn])[0] === "branch_completed");
    expect(ends.map(({ data }) => data[8] ?? data.branch_context_id)).toEqual(["2", "3"]);
    for (const id of [2, 3]) {
      const base = store.turns.get(store.contexts.get(id)!.base)!;
      expect(eventsIn([base])[0]).toMatch(/^(?:fanout_started|budget_reserved)$/);
      expect(eventsIn(store.own(id))[0]).toBe("branch_started");
      expect(eventsIn(store.own(id))).toContain("stage_attempt_end");
    }
    if (wire === "binary") expect(store.tags[0]).toMatch(/^attractor /);
    else expect([...store.bundles.keys()]).toEqual(["attractor-1"]);
  });

  it("R-CXDB-1: one context goes on when the run does, after a wait as after a failure", async () => {
    const double = await cxdbDouble();
    const asks = graph(
      `r [shape=hexagon]; ${tool("t", "[ -e ../ok ] || { touch ../ok; exit 1; }")}; s -> r; r -> t [label="Yes"]; t -> e [condition="outcome=success"]`,
    );
    const { root, why } = await ran(asks, {
      config: config(address(double)),
      logsRoot: join(folder(), "run"),
    });
    expect(why).toBe("waiting");
    const before = double.store.own(1).length;
    expect(before).toBeGreaterThan(3);
    await here("answer", root, "r", "Yes");
    expect((await resume(root)).final?.status).toBe("fail");
    const { final } = await resume(root);
    expect(final?.status).toBe("success");
    holds(double, logOf(root), 0);
    expect(named(logOf(root), "cxdb_context")).toHaveLength(1);
    expect(final).toMatchObject({
      cxdb_context_id: "1",
      cxdb_head_turn_id: String(double.store.own(1).at(-1)?.id),
    });
  });

  it.each(HISTORIES)(
    "R-CXDB-1: of %s every event is written once, however often it is brought",
    async (name) => {
      const double = await cxdbDouble();
      const { log } = history(name);
      const transport = await open(double);
      onTestFinished(() => transport.close());
      const { contextId } = await transport.create();
      // In three goes, as hops bring it.
      for (const part of [0.4, 0.7, 1, 1]) {
        const cut = log.slice(0, Math.ceil(log.length * part));
        await writeRecord({ transport, mask: same }, contextId, cut);
      }
      const all = [...double.store.contexts.keys()].flatMap((id) => seqs(double.store.own(id)));
      expect(new Set(all).size).toBe(all.length);
      const open_ = new Set(
        log.flatMap((event) => (event.event === "branch_started" ? [event.branch_key] : [])),
      );
      for (const event of log) if (event.event === "branch_completed") open_.delete(event.branch_key);
      expect(all.length).toBe(log.filter((event) => event.event !== "stage_heartbeat").length);
    },
  );
});

describe("a CXDB server that fails", () => {
  it("R-CXDB-1: is a warning in the log, and never the run's failure", async () => {
    const { final, log } = await ran(FAN, {
      config: config({ binary_addr: "127.0.0.1:9" }),
      workdir: folder(),
    });
    expect(final?.status).toBe("success");
    expect(final).not.toHaveProperty("cxdb_context_id");
    expect(named(log, "warning")).toMatchObject([
      { code: "cxdb_failed", message: expect.stringContaining("127.0.0.1:9 cannot be reached") },
    ]);
  });

  it("R-CXDB-1: that drops the connection is told at the end, and what is missing comes with the next resume, nothing twice", async () => {
    const double = await cxdbDouble();
    double.dropAfter(4);
    const failing = graph(
      `${tool("t", "[ -e ../ok ] || { touch ../ok; exit 1; }")}; s -> t -> e [condition="outcome=success"]`,
    );
    const first = await ran(failing, {
      config: config({ binary_addr: double.binary }),
      logsRoot: join(folder(), "run"),
    });
    expect(first).toMatchObject({
      unrecorded: expect.stringContaining("closed the connection"),
      final: { status: "fail" },
    });
    expect(double.store.own(1)).toHaveLength(4);
    await resume(first.root);
    holds(double, logOf(first.root), 0);
  });

  it("R-CXDB-1: that refuses is told with its words", async () => {
    const double = await cxdbDouble();
    const transport = await binaryTransport(double.binary, "t");
    onTestFinished(() => transport.close());
    await expect(transport.last("99")).rejects.toThrow("refused: 404 context");
    await expect(transport.fork("99")).rejects.toThrow("refused: 404 base turn");
    await expect(httpTransport(`${double.http}/nowhere`).create()).rejects.toThrow("answered 404");
  });

  it("R-SEC-4: no secret of the environment reaches it", async () => {
    const double = await cxdbDouble();
    const env = { ...process.env, MY_TOKEN: "tok-secret-77" };
    await ran(
      graph(`${tool("b", "echo tok-secret-77 >&2; exit 1")}; s -> b -> e [condition="outcome=success"]`),
      {
        config: config({ binary_addr: double.binary }),
        env,
      },
    );
    const said = [...double.store.turns.values()].map(({ data }) => JSON.stringify(data)).join("\n");
    expect(said).toContain("stage_attempt_end");
    expect(said).not.toContain("tok-secret-77");
  });
});

describe("the published server", () => {
  it("R-CXDB-1: takes what the binary wire brings, and shows it with names", async () => {
    const program = process.env.CXDB_SERVER;
    if (!program) {
      console.warn(
        "not run: name the program of a CXDB server with CXDB_SERVER (cargo build -p cxdb-server)",
      );
      return;
    }
    const [binary, http] = [await freePort(), await freePort()];
    const server = spawn(program, [], {
      env: { CXDB_DATA_DIR: folder(), CXDB_BIND: `127.0.0.1:${binary}`, CXDB_HTTP_BIND: `127.0.0.1:${http}` },
      stdio: "ignore",
    });
    onTestFinished(() => void server.kill());
    const base = `http://127.0.0.1:${http}`;
    let up = false;
    await until("the server is there", () => {
      void fetch(`${base}/healthz`).then(
        () => {
          up = true;
        },
        () => undefined,
      );
      return up;
    });
    const { final, log } = await ran(FAN, {
      config: config({ binary_addr: `127.0.0.1:${binary}`, http_base_url: base }),
      workdir: folder(),
    });
    const answer = await fetch(`${base}/v1/contexts/${final?.cxdb_context_id}/turns?limit=200`);
    const { turns } = (await answer.json()) as {
      turns: { turn_id: string; data: { seq: string; event: string } }[];
    };
    const own = log.filter(
      (event) => !("branch_key" in event && event.branch_key) || event.event === "branch_completed",
    );
    expect(turns.map(({ data }) => [Number(data.seq), data.event])).toEqual(
      own.filter(({ event }) => event !== "stage_heartbeat").map(({ seq, event }) => [seq, event]),
    );
    expect(turns.at(-1)?.turn_id).toBe(final?.cxdb_head_turn_id);
    const { contexts } = (await (await fetch(`${base}/v1/contexts`)).json()) as { contexts: unknown[] };
    expect(contexts).toHaveLength(3);
  });
});
