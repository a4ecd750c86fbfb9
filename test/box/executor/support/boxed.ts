/** A whole box with the executor in it: workflows are dispatched by the API, actions check out by git over HTTP. */

import { EventEmitter, once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Box } from "../../../../box/box.ts";
import { createExecutor, type WorkflowExecutor } from "../../../../box/executor/executor.ts";
import { standIns } from "../../../../box/executor/stand-ins.ts";
import { startBox } from "../../../../box/server.ts";
import type { User } from "../../../../box/state/model.ts";
import type { Attempt, Job, Repository, Run } from "../../../../box/state/records.ts";

type Files = Readonly<Record<string, string>>;

export interface Boxed extends AsyncDisposable {
  readonly box: Box;
  readonly executor: WorkflowExecutor;
  readonly repository: Repository;
  readonly owner: User;
  commit(files: Files): Promise<string>;
  /** Dispatches a workflow file and waits for its end. */
  run(file: string, inputs?: Readonly<Record<string, string>>): Promise<Attempt>;
  rerun(runId: number, which: "all" | "failed"): Promise<Attempt>;
  call(method: string, path: string, body?: unknown): Promise<Response>;
}

export const logOf = (job: Job | undefined): string => job?.log.join("") ?? "";
export const jobOf = (attempt: Attempt, key: string): Job | undefined =>
  attempt.jobs.find((job) => job.key === key);

export async function createBoxed(files: Files): Promise<Boxed> {
  const machines = mkdtempSync(join(tmpdir(), "box-machines-"));
  const ends = new EventEmitter().setMaxListeners(0);
  let executor: WorkflowExecutor | undefined;
  const box = await startBox({
    executor: (actions) => {
      const completeRun: typeof actions.completeRun = (id, conclusion) => {
        actions.completeRun(id, conclusion);
        ends.emit("end");
      };
      executor = createExecutor(
        { ...actions, completeRun },
        {
          registry: standIns,
          runners: 4,
          labels: ["ubuntu-latest"],
          workRoot: machines,
          hostPath: process.env.PATH ?? "",
        },
      );
      return executor;
    },
  });
  const owner = box.user("acme");
  const repository = await box.createRepository({ owner, name: "app", files });
  const token = box.tokenOf(owner);

  const call: Boxed["call"] = async (method, path, body) =>
    fetch(`${box.apiUrl}/repos/acme/app${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, "user-agent": "test", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
  const ended = async (run: Run, number: number): Promise<Attempt> => {
    for (;;) {
      const attempt = run.attempts[number - 1];
      if (attempt?.status === "completed") return attempt;
      await once(ends, "end");
    }
  };
  const accepted = async (answer: Promise<Response>) => {
    const response = await answer;
    if (!response.ok) throw new Error(`${response.status} ${await response.text()}`);
  };

  return {
    box,
    executor: executor as unknown as WorkflowExecutor,
    repository,
    owner,
    call,
    commit: (content) => box.commit(repository, { by: owner, message: "files", files: content }),
    async run(file, inputs) {
      const known = new Set(repository.runs.keys());
      await accepted(
        call("POST", `/actions/workflows/${file}/dispatches`, {
          ref: "main",
          ...(inputs === undefined ? {} : { inputs }),
        }),
      );
      await box.idle();
      const started = [...repository.runs.values()].find(
        (run) => !known.has(run.id) && run.workflow.path.endsWith(`/${file}`),
      );
      return ended(started as Run, 1);
    },
    async rerun(runId, which) {
      const run = repository.runs.get(runId) as Run;
      const next = run.attempts.length + 1;
      await accepted(
        call("POST", `/actions/runs/${runId}/${which === "all" ? "rerun" : "rerun-failed-jobs"}`),
      );
      return ended(run, next);
    },
    async [Symbol.asyncDispose]() {
      await box.close();
      rmSync(machines, { recursive: true, force: true, maxRetries: 5 });
      box.assertClean();
    },
  };
}
