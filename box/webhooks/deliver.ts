/**
 * Webhooks: signed over the exact bytes, sent once, some time to answer, never again by themselves. The knobs of
 * `faults.webhooks` lose, double, delay and reorder them.
 */
import { createHmac, randomUUID } from "node:crypto";
import { problems } from "../openapi/validate.ts";
import type { GitHubEvent } from "../state/event.ts";
import type { App, Installation } from "../state/model.ts";
import { installationsOf, type World } from "../state/world.ts";
import { fullPayload, webhookSchema } from "./payload.ts";
import type { Delivery } from "./record.ts";

/** Told to an app whether it asked or not. */
const ALWAYS = new Set(["installation", "installation_repositories"]);

const UNANSWERED = {
  requestHeaders: {},
  durationMs: 0,
  statusCode: 0,
  status: "pending",
  responseHeaders: {},
  responseBody: "",
};

export interface Deliverer {
  deliver(event: GitHubEvent): void;
  /** The same payload under the same delivery id, as a new attempt. */
  redeliver(delivery: Delivery): void;
}

export function createDeliverer(world: World): Deliverer {
  let heldBack: (() => void) | undefined;

  const post = (delivery: Delivery): void => {
    world.background(send(world, delivery));
    const late = heldBack;
    heldBack = undefined;
    late?.();
  };

  const dispatch = (delivery: Delivery): void => {
    const { lose, duplicate, reorder, delayMs } = world.faults.webhooks;
    if (world.random() < lose) return;
    world.deliveries.set(delivery.id, delivery);
    if (world.random() < duplicate) world.background(send(world, delivery));
    const [least, most] = delayMs;
    const delay = least + world.random() * (most - least);
    if (delay > 0) world.clock.after(delay, () => post(delivery));
    else if (heldBack === undefined && world.random() < reorder) heldBack = () => post(delivery);
    else post(delivery);
  };

  return {
    deliver(event) {
      for (const installation of targets(world, event)) {
        if (installation.app.hook !== undefined) dispatch(newDelivery(world, event, installation));
      }
    },
    redeliver(delivery) {
      const again = {
        ...delivery,
        ...UNANSWERED,
        id: world.nextId(),
        redelivery: true,
        deliveredAt: world.clock.now(),
      };
      world.deliveries.set(again.id, again);
      world.background(send(world, again));
    },
  };
}

function targets(world: World, { name, repository, onlyApp, installation }: GitHubEvent): Installation[] {
  const seen = installation === undefined ? installationsOf(world, repository!) : [installation];
  return seen
    .filter(({ app }) => onlyApp === undefined || app.id === onlyApp.id)
    .filter(({ app }) => ALWAYS.has(name) || onlyApp !== undefined || app.events.includes(name));
}

function newDelivery(world: World, event: GitHubEvent, installation: Installation): Delivery {
  const { name, action = null, repository } = event;
  const payload = fullPayload(world, event, installation);
  const wrong = problems(webhookSchema(event)!, payload);
  if (wrong.length > 0)
    world.report({ side: "webhook", where: action === null ? name : `${name}.${action}`, problems: wrong });
  return {
    id: world.nextId(),
    guid: randomUUID(),
    app: installation.app,
    event: name,
    action,
    installationId: installation.id,
    repositoryId: repository?.id ?? null,
    redelivery: false,
    deliveredAt: world.clock.now(),
    body: JSON.stringify(payload),
    ...UNANSWERED,
  };
}

async function send(world: World, delivery: Delivery): Promise<void> {
  const { app, event, guid, body } = delivery;
  const { url, secret } = app.hook!;
  delivery.requestHeaders = headersOf(app, event, guid, body, secret);
  const started = world.clock.now();
  try {
    const response = await fetch(url, {
      method: "POST",
      headers: delivery.requestHeaders,
      body,
      redirect: "manual",
      signal: AbortSignal.any([AbortSignal.timeout(world.faults.webhooks.answerWithinMs), world.closing]),
    });
    delivery.responseBody = await response.text();
    delivery.responseHeaders = Object.fromEntries(response.headers);
    delivery.statusCode = response.status;
    delivery.status = response.ok ? "OK" : `Invalid HTTP Response: ${response.status}`;
  } catch (error) {
    const late = error instanceof Error && error.name === "TimeoutError";
    delivery.statusCode = late ? 504 : 502;
    delivery.status = late ? "timed out" : "failed to connect to host";
  }
  delivery.durationMs = world.clock.now() - started;
}

function headersOf(
  app: App,
  event: string,
  guid: string,
  body: string,
  secret: string,
): Record<string, string> {
  return {
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/box",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-github-hook-id": String(app.id),
    "x-github-hook-installation-target-id": String(app.id),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature-256": `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`,
  };
}
