/**
 * What a trunk job does up to its first decision, but for git and the network, whose time is not ours: reads its inputs
 * and its environment, loads its part, prepares the graph, writes the run's beginning, reads it back and decides.
 * Bundled by `bench/action.ts`, as the action is.
 */
import * as core from "@actions/core";
import { readGitHubJob } from "../action/github-env.ts";
import { claim } from "../action/hop/claim.ts";
import type { Remote } from "../action/hop/remote.ts";
import { configOf } from "../action/hop/run-config.ts";
import { readInputs } from "../action/inputs.ts";
import { begunAgain } from "../action/isolation/become-root.ts";
import { runJob } from "../action/job.ts";
import { jobSay } from "../action/output/job-log.ts";
import { runTrunk } from "../action/parts/trunk.ts";
import { decide } from "../engine/core/decide.ts";
import { ORIGIN, stamp } from "../engine/ledger/envelope.ts";
import type { GitLedger } from "../engine/ledger/git/git-ledger.ts";
import type { LedgerEvent, Tip } from "../engine/ledger/port.ts";
import { redactor } from "../engine/redact/redact.ts";
import { secretValues } from "../engine/stages/inherit-env.ts";

const GRAPH = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]; a [prompt="p"]; start -> a -> exit }`;

/** What git would answer. */
function remembered(runId: string): GitLedger {
  let events: readonly LedgerEvent[] = [];
  const tip = "tip" as Tip;
  return {
    runId,
    async create(first) {
      events = stamp(first, runId, ORIGIN).map((each) => each.event);
      return { ok: true, tip, events };
    },
    read: async () => ({ tip, events }),
    append: async () => ({ ok: false, reason: "moved", tip }),
    close: async () => undefined,
  };
}

await begunAgain({});
const inputs = readInputs((name) => core.getInput(name));
const job = readGitHubJob(process.env);
const redact = redactor([...secretValues(process.env)]);
const say = jobSay(redact);
const remote = {
  ledger: remembered,
  fetchCommits: async () => undefined,
  readFile: async (_commit: string, path: string) =>
    path === inputs.graph ? GRAPH : process.env.CONFIG || null,
} satisfies Partial<Remote> as unknown as Remote;

const held = await say.step("Claim the hop", () =>
  claim({ job, inputs, remote, pause: async () => undefined }),
);
if (!held.ok) throw new Error(held.why);
await configOf({ job, inputs, remote }, held.started);
const { event } = decide(held.pipeline, held.state);
if (event === null) throw new Error("there is a first decision");
if (typeof runJob !== "function" || typeof runTrunk !== "function") throw new Error("all parts are loaded");
