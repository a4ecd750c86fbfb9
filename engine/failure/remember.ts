/** Replays what a log says was assigned. The log's word stands, also where this version would have chosen another. */
import { assign, type Failure, type SignatureRegistry } from "./signature.ts";

export function remember(
  registry: SignatureRegistry,
  failure: Failure & { readonly signature: string },
): SignatureRegistry {
  const assigned = assign(registry, failure);
  if (assigned.signature === failure.signature) return assigned.registry;
  const scope = `${failure.class} ${failure.node}`;
  const groups = assigned.registry[scope] ?? [];
  const renamed = groups.map((group) =>
    group.signature === assigned.signature ? { ...group, signature: failure.signature } : group,
  );
  return { ...assigned.registry, [scope]: renamed };
}
