/**
 * Records finished runs into test/histories, for good: a later engine must read them as this one did. Run it to add a
 * scenario, never to make a red replay green: a change of meaning needs a new schema version. `node scripts/record-histories.ts NAME…`
 */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { callbackInterviewer, resume, run } from "../engine/index.ts";

interface Scenario {
  readonly graph: string;
  readonly options?: Omit<Parameters<typeof run>[1], "workdir" | "logsRoot" | "runId">;
  /** Canceled when this node has started. */
  readonly cancel?: string;
  /** What happens after the first end. */
  readonly after?: (root: string) => Promise<unknown>;
}

const frame = (body: string, attrs = ""): string =>
  `digraph history {\n  graph [goal="Stay readable"${attrs}]\n  s [shape=Mdiamond]; e [shape=Msquare]\n${body}\n}\n`;
const tool = (id: string, command: string, more = ""): string =>
  `  ${id} [shape=parallelogram, tool_command=${JSON.stringify(command)}${more}]`;
const node = (...lines: string[]): string => lines.join("\n");

const SCENARIOS: Readonly<Record<string, Scenario>> = {
  "linear-with-agents": {
    graph: frame(
      node(
        '  plan [prompt="Plan: $goal"]',
        '  check [prompt="Check", goal_gate=true, retry_target="plan"]',
        "  s -> plan -> check -> e",
      ),
    ),
    options: {
      simulate: JSON.stringify({
        check: [{ status: "fail", failure_reason: "the plan is thin" }, { status: "success" }],
      }),
    },
  },
  "fan-out-one-fails": {
    graph: frame(
      node(
        "  par [shape=component]; j [shape=tripleoctagon, merge=all]",
        tool("a", "echo a > a.txt"),
        tool("b", "echo 'src/b.ts(3,1): error TS2304: cannot find name' >&2; exit 2"),
        tool("next", "cat a.txt"),
        "  s -> par; par -> a -> j; par -> b -> j",
        '  j -> next [condition="outcome!=fail"]; j -> e [condition="outcome=fail"]; next -> e',
      ),
    ),
  },
  "all-branches-fail-then-resume": {
    graph: frame(
      node(
        "  par [shape=component]; j [shape=tripleoctagon]",
        tool("a", "[ $ATTRACTOR_VISIT -gt 9 ]"),
        tool("b", "echo 'b broke' >&2; exit 1"),
        tool("next", "true"),
        '  s -> par; par -> a -> j; par -> b -> j; j -> next [condition="outcome=success"]; next -> e',
      ),
    ),
    after: (root) => resume(root),
  },
  "cycle-breaker": {
    graph: frame(
      node(
        tool("impl", "true"),
        tool("verify", "echo 'FAIL test/door.test.ts > opens: expected 3 to be 4' >&2; exit 1"),
        '  s -> impl -> verify; verify -> e [condition="outcome=success"]; verify -> impl [condition="outcome=fail"]',
      ),
    ),
  },
  "timeouts-restart-and-trip": {
    graph: frame(
      node(
        tool("slow", "sleep 9", ", timeout=60ms, max_retries=1, retry_policy=linear"),
        '  s -> slow; slow -> e [condition="outcome=success"]; slow -> slow [condition="outcome=fail", loop_restart=true]',
      ),
    ),
  },
  "gate-answered": {
    graph: frame(
      node(
        '  ask [shape=hexagon, label="Ship it?"]',
        tool("ship", "true"),
        tool("fix", "true"),
        '  s -> ask; ask -> ship [label="[Y] Yes"]; ask -> fix [label="[N] No"]; ship -> e; fix -> ask',
      ),
    ),
    options: {
      interviewer: callbackInterviewer(async ({ options }) => ({ value: "OPTION", option: options[0]! })),
    },
  },
  canceled: {
    graph: frame(node(tool("one", "true"), tool("long", "sleep 60"), "  s -> one -> long -> e")),
    cancel: "long",
  },
  "items-and-early-end": {
    graph: frame(
      node(
        tool(
          "list",
          `printf '{"status":"success","context_updates":{"files":["a.ts","A.ts","b/c.ts"]}}' > "$ATTRACTOR_STATUS_PATH"`,
        ),
        '  par [shape=component, items="files", join_policy=first_success, max_parallel=2]; j [shape=tripleoctagon]',
        tool("work", "true"),
        '  s -> list -> par -> work -> j; j -> e [condition="outcome!=skipped"]',
      ),
    ),
  },
};

const histories = new URL("../test/histories/", import.meta.url).pathname;
const names = process.argv.slice(2);
for (const [name, { graph, options, cancel, after }] of Object.entries(SCENARIOS)) {
  if (names.length > 0 && !names.includes(name)) continue;
  const folder = mkdtempSync(join(tmpdir(), "attractor-history-"));
  const root = join(folder, "run");
  const over = new AbortController();
  await run(graph, {
    ...options,
    signal: over.signal,
    onEvent: (event) => {
      if (event.event === "stage_attempt_start" && event.node_id === cancel) over.abort("seen enough");
    },
    workdir: mkdtempSync(join(folder, "work-")),
    logsRoot: root,
    runId: name,
  });
  await after?.(root);
  const to = join(histories, name);
  mkdirSync(to, { recursive: true });
  for (const file of ["progress.ndjson", "final.json"]) cpSync(join(root, file), join(to, file));
  writeFileSync(join(to, "graph.dot"), graph);
  rmSync(folder, { recursive: true, force: true });
}
