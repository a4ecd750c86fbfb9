/** What a simulated stage says, so that any valid graph is walked to an end by what its own edges offer. */
import { bareKey } from "../graph/condition.ts";
import type { Pipeline, Route } from "../graph/pipeline.ts";
import { asText, mayBeSetBy } from "./context.ts";
import { isFailure, type JsonValue } from "./outcome.ts";
import { routeOf } from "./routing.ts";
import { type Values, waysToHold } from "./satisfy.ts";

export interface Say {
  readonly status: string;
  readonly preferred_label?: string;
  readonly suggested_next_ids?: string[];
  readonly failure_class?: string;
  readonly context_updates?: Record<string, JsonValue>;
}

/** From here on only the shortest way to an exit is taken: whatever the edges, the walk ends. */
const HURRIED_FROM = 4;
/** Conditionals behind each other that hand an outcome on. */
const MOST_HANDED_ON = 6;
const MOST_OFFERS = 200;

const SUCCESS: Say = { status: "success" };

export function sayFor(
  pipeline: Pipeline,
  node: string,
  visit: number,
  context: Readonly<Record<string, JsonValue>>,
): Say {
  const routes = pipeline.out.get(node) ?? [];
  const [only] = routes;
  const plain = only?.condition === null && pipeline.stages.get(only.to)?.handler !== "conditional";
  if (only === undefined || (plain && routes.length === 1)) return SUCCESS;
  const offers = offersOf(pipeline, node)
    .map((say) => ({ say, target: targetOf(pipeline, node, say, context) }))
    .filter((offer): offer is Offer => offer.target !== null)
    .toSorted((a, b) => rank(a.say) - rank(b.say));
  const steps = stepsToExit(pipeline, visit === 1 || visit >= HURRIED_FROM ? null : node);
  const far = ({ target }: Offer) => steps.get(target) ?? Number.POSITIVE_INFINITY;
  if (visit >= HURRIED_FROM) return offers.toSorted((a, b) => far(a) - far(b))[0]?.say ?? SUCCESS;
  // On a revisit the way that leads back here again is not taken when there is another.
  return (offers.find((offer) => visit === 1 || Number.isFinite(far(offer))) ?? offers[0])?.say ?? SUCCESS;
}

interface Offer {
  readonly say: Say;
  readonly target: string;
}

/** Successes before outcomes of the author's own, and failures last. */
const rank = ({ status }: Say): number => (status === "success" ? 0 : isFailure(status) ? 2 : 1);

function offersOf(pipeline: Pipeline, node: string): Say[] {
  const handler = pipeline.stages.get(node)?.handler ?? "agent";
  const offers: Say[] = [SUCCESS];
  const walk = (at: string, before: readonly Route[]): void => {
    for (const route of pipeline.out.get(at) ?? []) {
      if (offers.length >= MOST_OFFERS) return;
      const path = [...before, route];
      for (const values of waysToHold(path.flatMap(({ condition }) => condition ?? [])))
        offers.push(sayOf(handler, values, path));
      const handsOn = pipeline.stages.get(route.to)?.handler === "conditional";
      if (handsOn && path.length < MOST_HANDED_ON && !before.some(({ to }) => to === route.to))
        walk(route.to, path);
    }
  };
  walk(node, []);
  return offers;
}

function sayOf(handler: string, values: Values, path: readonly Route[]): Say {
  const { outcome, preferred_label, failure_class, ...rest } = values;
  const open = path.find(({ condition }) => condition === null);
  const label = preferred_label ?? open?.label ?? "";
  const updates = Object.entries(rest).filter(([key]) => mayBeSetBy(handler, key));
  return {
    status: outcome ?? (failure_class === undefined ? "success" : "fail"),
    ...(label === "" ? {} : { preferred_label: label }),
    ...(open && label === "" ? { suggested_next_ids: [open.to] } : {}),
    ...(failure_class === undefined ? {} : { failure_class }),
    ...(updates.length === 0 ? {} : { context_updates: Object.fromEntries(updates) }),
  };
}

/** Where the run would be after this, past conditionals; null when no edge takes it. */
function targetOf(
  pipeline: Pipeline,
  node: string,
  say: Say,
  context: Readonly<Record<string, JsonValue>>,
): string | null {
  const said: Readonly<Record<string, JsonValue>> = {
    ...context,
    failure_class: say.failure_class ?? "",
    ...say.context_updates,
    outcome: say.status,
    preferred_label: say.preferred_label ?? "",
  };
  const resolve = (key: string) =>
    asText(
      Object.hasOwn(said, key)
        ? said[key]
        : Object.hasOwn(said, bareKey(key))
          ? said[bareKey(key)]
          : undefined,
    );
  const wish = {
    edge: null,
    preferredLabel: say.preferred_label ?? null,
    suggested: say.suggested_next_ids ?? [],
  };
  let at = node;
  for (let step = 0; step < MOST_HANDED_ON; step++) {
    const route = routeOf(pipeline.out.get(at) ?? [], resolve, wish);
    if (route === null) return null;
    at = route.to;
    if (pipeline.stages.get(at)?.handler !== "conditional") break;
  }
  return at;
}

/** How many edges lie between each node and the nearest exit, on ways that do not pass one node. */
function stepsToExit(pipeline: Pipeline, without: string | null): ReadonlyMap<string, number> {
  const steps = new Map([...pipeline.exits].map((id) => [id, 0]));
  const open = [...pipeline.exits];
  for (const id of open) {
    for (const { from } of pipeline.into.get(id) ?? []) {
      if (steps.has(from) || from === without) continue;
      steps.set(from, steps.get(id)! + 1);
      open.push(from);
    }
  }
  return steps;
}
