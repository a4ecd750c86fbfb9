/** Deployments that wait: reviewers of an environment let a job start or stop it. */
import { ok } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import type { User } from "../state/model.ts";
import type { Environment, Job, Run } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";
import { runOf } from "./run-handlers.ts";

type Verdict = "approved" | "rejected";

interface Waiting {
  readonly job: Job;
  readonly environment: Environment;
  readonly reviewed: (state: Verdict) => void;
}

const waiting = new WeakMap<Run, Set<Waiting>>();

export function holdForReview(job: Job, name: string, reviewed: (state: Verdict) => void): void {
  const environment = job.run.repository.environments.get(name);
  if (environment === undefined) throw new Error(`no environment ${name} in ${job.run.repository.fullName}`);
  const held = waiting.get(job.run) ?? new Set<Waiting>();
  waiting.set(job.run, held);
  held.add({ job, environment, reviewed });
}

/** "Review deployments": one answer for all jobs of the run that wait for the environment. */
export function reviewDeployment(user: User, run: Run, name: string, state: Verdict, comment: string): void {
  const held = [...(waiting.get(run) ?? [])].filter(({ environment }) => environment.name === name);
  const [first] = held;
  if (first === undefined) throw new Error(`no job of run ${run.id} waits for the environment ${name}`);
  if (!first.environment.reviewers.some(({ id }) => id === user.id))
    throw new Error(`${user.login} is no reviewer of the environment ${name}`);
  run.reviews.push({ state, comment, environment: first.environment, user });
  for (const one of held) {
    waiting.get(run)?.delete(one);
    if (one.job.status === "waiting") one.reviewed(state);
  }
}

export const listReviews: RepositoryHandler = (call) =>
  ok(
    runOf(call).reviews.map(({ state, comment, environment, user }) => ({
      state,
      comment,
      environments: [environmentShape(call.world, environment)],
      user: userShape(call.world, user),
    })),
  );

function environmentShape(world: World, { id, name }: Environment) {
  const at = world.clock.iso(0);
  return {
    id,
    node_id: nodeId("Environment", id),
    name,
    url: "",
    html_url: "",
    created_at: at,
    updated_at: at,
  };
}
