/** An event as GitHub writes it down: for a webhook, and for the `github.event` of a run. */
import { project } from "../openapi/project.ts";
import { type WebhookName, webhookNames } from "../openapi/selection.ts";
import { type Schema, slice } from "../openapi/slice.ts";
import { payloadFrame } from "../repos/shape.ts";
import type { GitHubEvent } from "../state/event.ts";
import type { Installation } from "../state/model.ts";
import type { World } from "../state/world.ts";
import { nodeId, userShape } from "../users/shape.ts";

export function webhookSchema({ name, action }: GitHubEvent): Schema | undefined {
  const known = (wanted: string): wanted is WebhookName =>
    (webhookNames as readonly string[]).includes(wanted);
  const full = `${name}.${action ?? ""}`;
  if (known(full)) return slice.webhooks[full];
  return known(name) ? slice.webhooks[name] : undefined;
}

export function fullPayload(
  world: World,
  event: GitHubEvent,
  installation?: Installation,
): Record<string, unknown> {
  const { name, action, repository, sender, payload } = event;
  const schema = webhookSchema(event);
  if (schema === undefined) {
    const what = action === undefined ? name : `${name}.${action}`;
    throw new Error(
      `no schema for the event ${what}: add it to webhookNames in box/openapi/selection.ts and regenerate the slice`,
    );
  }
  const whole = {
    ...(action === undefined ? {} : { action }),
    ...payload,
    ...(repository === undefined
      ? { sender: userShape(world, sender) }
      : payloadFrame(world, repository, sender)),
    ...(installation === undefined || "installation" in payload
      ? {}
      : { installation: { id: installation.id, node_id: nodeId("Installation", installation.id) } }),
  };
  return project(schema, whole) as Record<string, unknown>;
}
