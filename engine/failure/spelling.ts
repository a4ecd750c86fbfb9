/** How a signature is written: `node|class|what-it-names-1a2b3c4d`. */

import { LONGEST_GIVEN } from "./clip.ts";
import { lastPart } from "./compare/view.ts";
import { fnv32 } from "./hash.ts";
import type { FoundFailure, KnownFailure } from "./known.ts";
import { canonical } from "./text/canonical.ts";
import { clean } from "./text/clean.ts";
import type { Atoms } from "./text/kinds.ts";
import { GLUE, stem } from "./text/words.ts";

const LONGEST_SLUG = 48;
const LONGEST_NODE = 80;

/** A stage's own name for a failure in one spelling; "" when it says nothing that the node does not say. */
export function givenName(given: string | undefined, node: string): string {
  if (given === undefined) return "";
  const form = dashed(canonical(clean(given.slice(0, LONGEST_GIVEN))).key);
  const ofNode = new Set(node.toLowerCase().split(/[^\p{L}\p{N}]+/u));
  const telling = form
    .split("-")
    .some((part) => /[\p{L}]/u.test(part) && !ofNode.has(part) && !GLUE.has(stem(part)));
  return telling ? form : "";
}

/** Readable, short, and told apart from every signature already given. */
export function spell(
  failure: KnownFailure,
  found: FoundFailure,
  isTaken: (signature: string) => boolean,
): string {
  const node = failure.node.replace(/[\s|]+/g, "_").slice(0, LONGEST_NODE);
  const identity = found.given || found.canonical;
  const name = slug(found.given === "" ? headline(found.reading?.atoms) : [found.given]);
  for (let salt = 0; ; salt++) {
    const signature = `${node}|${failure.class}|${name}-${fnv32(salt === 0 ? identity : `${salt} ${identity}`)}`;
    if (!isTaken(signature)) return signature;
  }
}

/** What a person would call it by: codes, tests, names and files before words. */
function headline(atoms: Atoms | undefined): string[] {
  if (atoms === undefined) return [];
  return [
    ...atoms.codes.slice(0, 2),
    ...atoms.tests.slice(0, 1),
    ...atoms.exceptions.slice(0, 1),
    ...atoms.names.slice(0, 2).map(lastPart),
    ...atoms.files.slice(0, 1).map(lastPart),
    ...atoms.concepts.slice(0, 1),
    ...atoms.words,
  ].slice(0, 5);
}

function slug(parts: readonly string[]): string {
  const text = dashed(parts.join("-"));
  return (
    (text.length > LONGEST_SLUG ? text.slice(0, LONGEST_SLUG).replace(/-[^-]*$/, "") : text) || "failure"
  );
}

const dashed = (text: string): string => text.replace(/[^\p{L}\p{N}#]+/gu, "-").replace(/^-+|-+$/g, "");
