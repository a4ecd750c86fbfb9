import type { Pusher } from "../repos/pusher.ts";
import type { World } from "../state/world.ts";
import { type PullIssue, pullShape } from "./shape.ts";

export function tellPull(
  world: World,
  action: string,
  issue: PullIssue,
  by: Pusher,
  more: object = {},
): void {
  world.publish({
    name: "pull_request",
    action,
    repository: issue.repository,
    ...by,
    payload: { ...more, number: issue.number, pull_request: pullShape(world, issue) },
  });
}
