import { describe, expect, it } from "vitest";
import { programsOf } from "../../../engine/graph/lint/facts/commands.ts";
import { findings, graphOf, places } from "./findings.ts";

describe("the programs that a command needs", () => {
  it.each([
    ["cargo build --release", ["cargo"]],
    ["npm ci && npm test", ["npm", "npm"]],
    ["cd web && NODE_ENV=test npx vitest | tee log", ["npx"]],
    ["if cargo check; then wasm-pack build; else exit 1; fi", ["cargo", "wasm-pack"]],
    ["for f in *.rs; do rustfmt $f; done", ["rustfmt"]],
    ["./scripts/build.sh", []],
    ["bash -lc 'cargo test'", []],
    ['echo "a && cargo b" ; grep x y', []],
    ["# cargo is not run\ntrue", []],
    ["cat > f <<EOF\ncargo\nEOF", []],
    ["git diff --exit-code", []],
    ["x=$(go env GOPATH)", ["go"]],
    ["sudo docker build .", ["docker"]],
    ["$CARGO build", []],
    ["python3 \\\n  -m pytest", ["python3"]],
    ["! cargo clippy", ["cargo"]],
    ["cargo test 2>&1 || exit 1", ["cargo"]],
  ])("%j", (command, programs) => {
    expect(programsOf(command)).toEqual(programs);
  });
});

const flow = (gate: string, command = "wasm-pack build"): string =>
  graphOf(`  gate [shape=parallelogram, tool_command="${gate}"]
  work [prompt="x"]
  build [shape=parallelogram, tool_command="${command}"]
  start -> gate -> work -> build -> exit`);

describe("the toolchain gate", () => {
  it.each([
    ["asks with command -v", "command -v wasm-pack", 0],
    ["asks with which", "which wasm-pack", 0],
    ["asks for the version", "wasm-pack --version", 0],
    ["runs the program itself", "wasm-pack new x", 0],
    ["asks for another program", "command -v cargo", 1],
    ["asks for one with a longer name", "command -v wasm-pack-legacy", 1],
    ["asks for nothing", "true", 1],
  ])("R-PRE-2: that %s", (_, gate, count) => {
    expect(places(flow(gate), "toolchain_gate")).toEqual(Array(count).fill("warning work"));
  });

  it("R-PRE-2: names all that it does not ask for, and who needs it", () => {
    const [found] = findings(
      flow("command -v cargo", "cargo build && wasm-pack build && wasm-opt x"),
      "toolchain_gate",
    );
    expect(found?.message).toBe(
      "work is paid before anything has asked for wasm-pack (needed by build), wasm-opt (needed by build)",
    );
  });

  it("R-PRE-2: may be a script of its own when its id or class says what it is", () => {
    const source = graphOf(`  toolchain [shape=parallelogram, tool_command="./scripts/check.sh"]
  work [prompt="x"]
  build [shape=parallelogram, tool_command="wasm-pack build"]
  start -> toolchain -> work -> build -> exit`);
    expect(places(source, "toolchain_gate")).toEqual([]);
  });

  it("R-PRE-2: must stand on every way to a paid stage", () => {
    const source = graphOf(`  pick [shape=diamond]
  gate [shape=parallelogram, tool_command="command -v cargo"]
  a [prompt="x"]
  b [prompt="x"]
  build [shape=parallelogram, tool_command="cargo build"]
  start -> pick -> gate -> a -> build -> exit
  pick -> b -> build`);
    expect(places(source, "toolchain_gate")).toEqual(["warning b"]);
  });

  it("R-PRE-2: is asked for only where a tool stage needs something and a model is paid", () => {
    expect(places(flow("true", "./build.sh && git diff"), "toolchain_gate")).toEqual([]);
    const unpaid = graphOf(
      '  build [shape=parallelogram, tool_command="cargo build"]\n  start -> build -> exit',
    );
    expect(places(unpaid, "toolchain_gate")).toEqual([]);
  });
});
