import { added, type Failure, find, keep, type SignatureRegistry, scopeOf } from "./signature.ts";

/** Replays what a log says was assigned. The log's word stands, also where this version would choose another. */
export function remember(
  registry: SignatureRegistry,
  failure: Failure & { readonly signature: string },
): SignatureRegistry {
  const { signature } = failure;
  const groups = registry[scopeOf(failure)] ?? [];
  const known = groups.findLast((group) => group.signature === signature);
  const found = find(groups, failure);
  const kept = keep(groups, known, { ...added(known, found), signature });
  return { ...registry, [scopeOf(failure)]: kept };
}
