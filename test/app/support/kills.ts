/** The app as a process of its own that is killed at random moments of a run, again and again, until the run has ended. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";
import type { RunEvent } from "../../../engine/core/events.ts";
import { type Scene, SECRET, scene } from "./scene.ts";

const MAIN = join(import.meta.dirname, "../../../cli/main.ts");
const GRAPH = `digraph g { graph [goal="g"] start [shape=Mdiamond]; exit [shape=Msquare]
  pre [shape=parallelogram, tool_command="x"]; par [shape=component]; join [shape=tripleoctagon]; post [shape=parallelogram, tool_command="x"]
  a [shape=parallelogram, tool_command="x"]; b [shape=parallelogram, tool_command="x"]
  start -> pre -> par; par -> a -> join; par -> b -> join; join -> post -> exit }`;

export interface Killed {
  /** Of every run that was begun. */
  readonly logs: readonly (readonly RunEvent[])[];
  readonly stickies: readonly number[];
  readonly kills: number;
}

const END = /^run_(?:completed|failed|canceled)$/;

export async function killed(kills: number, random: () => number): Promise<Killed> {
  const s = await scene(GRAPH, { started: false });
  Object.assign(s.box.faults.webhooks, { lose: 0.2, duplicate: 0.3 });
  const begun = new Set<number>();
  let said = 0;
  let child = start(s);
  await listening(s);
  const logOf = (id: number): Promise<RunEvent[]> => s.log(`c${id}`).catch(() => []);
  for (let done = 0; ; ) {
    if ((await logOf(said)).length > 0) begun.add(said);
    const open = await Promise.all(
      [...begun].map(async (id) => !END.test((await logOf(id)).at(-1)?.event ?? "")),
    );
    if (!open.includes(true)) {
      if (done >= kills && begun.size > 0) break;
      // What was said may have been lost: a person says it again.
      said = await s.comment("/attractor run g.dot");
    }
    // Mostly soon after it listens, where it has most to do; sometimes it may work for a while.
    await new Promise((resolve) => setTimeout(resolve, 50 + random() * random() * 2_500));
    if (done >= kills) continue;
    child.kill("SIGKILL");
    done++;
    child = start(s);
    await listening(s);
  }
  const told = (id: number) => s.sticky(`c${id}`)?.includes("succeeded") ?? false;
  await s.until(() => [...begun].every(told));
  child.kill("SIGKILL");
  const comments = [...s.repository.comments.values()];
  return {
    kills,
    logs: await Promise.all([...begun].map(logOf)),
    stickies: [...begun].map(
      (id) => comments.filter((one) => one.body.startsWith(`<!-- attractor:run:c${id} `)).length,
    ),
  };
}

function start(s: Scene): ChildProcess {
  const { appId, privateKey, port } = s.credentials;
  return spawn(process.execPath, [MAIN, "app"], {
    stdio: "ignore",
    env: {
      PATH: process.env.PATH,
      APP_ID: String(appId),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: SECRET,
      PORT: String(port),
      GITHUB_API_URL: s.box.apiUrl,
      GITHUB_SERVER_URL: s.box.url,
      SWEEP_SECONDS: "1",
    },
  });
}

const listening = (s: Scene): Promise<void> =>
  s.until(() =>
    fetch(`http://127.0.0.1:${s.credentials.port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );

/** What every such run must look like, however often its coordinator died. */
export function wrongWith({ logs, stickies }: Killed): string[] {
  return [
    ...logs.flatMap(wrong),
    ...stickies.filter((count) => count !== 1).map((count) => `${count} sticky comments`),
  ];
}

function wrong(log: readonly RunEvent[]): string[] {
  const twice = (event: string, of: (line: RunEvent) => string): string[] => {
    const keys = log.filter((line) => line.event === event).map(of);
    return keys.filter((key, i) => keys.indexOf(key) !== i).map((key) => `${event} ${key} twice`);
  };
  const hop = (line: RunEvent) => ("hop" in line && "epoch" in line ? `${line.hop}.${line.epoch}` : "");
  const attempt = (line: RunEvent) =>
    "node_id" in line && "attempt" in line ? `${line.branch_key ?? ""}/${line.node_id}/${line.attempt}` : "";
  return [
    ...twice("hop_started", hop),
    ...twice("hop_planned", hop),
    ...twice("stage_attempt_start", attempt),
    ...twice("fanout_joined", () => ""),
    ...twice("run_completed", () => ""),
    ...(log.at(-1)?.event === "run_completed" ? [] : [`ends with ${log.at(-1)?.event}`]),
  ];
}
