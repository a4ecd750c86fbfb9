import type { Principal } from "../auth/principal.ts";
import { accepted, notFound, ok } from "../http/answer.ts";
import type { Call, Handler } from "../http/call.ts";
import type { Delivery } from "./record.ts";

/** After three days a delivery is gone. */
const KEPT_MS = 3 * 24 * 60 * 60 * 1000;

const appOf = (principal: Principal) => (principal as Principal & { kind: "app" }).app;

function kept({ world, principal }: Call): Delivery[] {
  const since = world.clock.now() - KEPT_MS;
  return [...world.deliveries.values()]
    .filter(
      ({ app, deliveredAt, statusCode }) => app === appOf(principal) && deliveredAt > since && statusCode > 0,
    )
    .sort((a, b) => b.id - a.id);
}

/** By cursor, newest first. */
export const listDeliveries: Handler = (call) => {
  const { world, query, path } = call;
  const size = Math.min(Number(query.per_page ?? 30), 100);
  const wanted = kept(call)
    .filter(({ id }) => query.cursor === undefined || id <= Number(query.cursor))
    .filter(
      ({ statusCode }) =>
        query.status === undefined ||
        (query.status === "success") === (statusCode >= 200 && statusCode < 400),
    );
  const next = wanted[size];
  const link = next && `<${world.urls.api}${path}?per_page=${size}&cursor=${next.id}>; rel="next"`;
  return {
    ...ok(wanted.slice(0, size).map((one) => shape(call, one))),
    headers: link === undefined ? {} : { link },
  };
};

export const getDelivery: Handler = (call) => {
  const delivery = deliveryOf(call);
  return ok({
    ...shape(call, delivery),
    url: delivery.app.hook?.url ?? "",
    request: { headers: delivery.requestHeaders, payload: JSON.parse(delivery.body) },
    response: { headers: delivery.responseHeaders, payload: delivery.responseBody },
  });
};

export const redeliver: Handler = (call) => {
  call.world.redeliver(deliveryOf(call));
  return accepted();
};

function deliveryOf(call: Call): Delivery {
  const found = kept(call).find(({ id }) => String(id) === call.params.delivery_id);
  if (found === undefined) throw notFound();
  return found;
}

function shape({ world }: Call, delivery: Delivery) {
  return {
    id: delivery.id,
    guid: delivery.guid,
    delivered_at: world.clock.iso(delivery.deliveredAt),
    redelivery: delivery.redelivery,
    duration: delivery.durationMs / 1000,
    status: delivery.status,
    status_code: delivery.statusCode,
    event: delivery.event,
    action: delivery.action,
    installation_id: delivery.installationId,
    repository_id: delivery.repositoryId,
    throttled_at: null,
  };
}
