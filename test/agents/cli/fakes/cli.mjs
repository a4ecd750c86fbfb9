#!/usr/bin/env node
// Plays the steps of FAKE_PLAN as a command-line agent would: lines, silence, model calls, children, exits.
import { spawn } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";

if (process.argv.includes("--version")) {
  console.log("fake 1.2.3");
  process.exit(0);
}

const plan = JSON.parse(process.env.FAKE_PLAN);
/** `%NAME%` is a variable; codex is told its address in an argument. */
const known = { ...process.env, PROXY_URL: /base_url="([^"]+)"/.exec(process.argv.join(" "))?.[1] };
const fill = (text) => text.replace(/%(\w+)%/g, (_, name) => known[name] ?? "");

const steps = {
  say: (line) => process.stdout.write(`${typeof line === "string" ? line : JSON.stringify(line)}\n`),
  err: (text) => process.stderr.write(`${text}\n`),
  big: (bytes) => process.stdout.write(`{"type":"huge","text":"${"x".repeat(bytes)}"}\n`),
  wait: (ms) => sleep(ms),
  hang: () => sleep(1_000_000),
  async forever({ line, everyMs }) {
    for (;;) {
      steps.say(line);
      await sleep(everyMs);
    }
  },
  child: (file) => {
    const child = spawn("sleep", ["1000"], { detached: true, stdio: "ignore" });
    writeFileSync(fill(file), String(child.pid));
    child.unref();
  },
  // What it says when it is asked to end.
  last: (line) =>
    process.on("SIGTERM", () => {
      steps.say(line);
      process.exitCode = 0;
      setImmediate(() => process.exit());
    }),
  crash: (signal) => process.kill(process.pid, signal),
  stubborn: () => process.on("SIGTERM", () => {}),
  write: ({ path, text }) => {
    mkdirSync(dirname(fill(path)), { recursive: true });
    writeFileSync(fill(path), text);
  },
  // Tells whether it may write there.
  attempt: (path) => {
    try {
      writeFileSync(fill(path), "tried");
      steps.say({ type: "fake.attempt", path, ok: true });
    } catch ({ code }) {
      steps.say({ type: "fake.attempt", path, ok: false, code });
    }
  },
  dump: (path) => {
    const stdin = readFileSync(0, "utf8");
    const { FAKE_PLAN: _, ...env } = process.env;
    writeFileSync(
      fill(path),
      JSON.stringify({ argv: process.argv.slice(2), env, stdin, cwd: process.cwd() }),
    );
  },
  async post({ url, headers, body }) {
    const filled = Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)]));
    const answer = await fetch(fill(url), { method: "POST", headers: filled, body: JSON.stringify(body) });
    process.stdout.write(`${JSON.stringify({ type: "fake.answer", status: answer.status })}\n`);
    await answer.text().catch(() => "");
  },
  exit: (code) => process.exit(code),
};

for (const step of plan) for (const [name, value] of Object.entries(step)) await steps[name](value);
