import type { KnownFailure, SignatureRegistry } from "./known.ts";
import { groupsOf, learn } from "./signature.ts";
import { find } from "./when-failed.ts";

/** Replays what a log says was assigned. The log's word stands, also where this version would choose another. */
export const remember = (
  registry: SignatureRegistry,
  failure: KnownFailure & { readonly signature: string },
): SignatureRegistry =>
  learn(registry, failure, find(groupsOf(registry, failure), failure), failure.signature);
