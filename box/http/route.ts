/** Finds the operation that a method and path mean, by the description's own path templates. */

import { type OperationId, operationIds } from "../openapi/selection.ts";
import { slice } from "../openapi/slice.ts";
import { Refusal } from "./answer.ts";

interface Route {
  readonly op: OperationId;
  readonly method: string;
  readonly pattern: RegExp;
  readonly names: readonly string[];
  readonly fixedParts: number;
}

export interface Match {
  readonly op: OperationId;
  readonly params: Readonly<Record<string, string>>;
}

// These hold slashes; every other parameter is one path segment.
const WIDE = new Set([
  "git/get-ref ref",
  "git/list-matching-refs ref",
  "git/update-ref ref",
  "git/delete-ref ref",
  "repos/get-content path",
  "checks/list-for-ref ref",
]);

const routes: readonly Route[] = operationIds
  .map((op) => {
    const { method, path } = slice.operations[op];
    const names: string[] = [];
    const source = path
      .split("/")
      .map((part) => {
        const name = /^\{(.+)\}$/.exec(part)?.[1];
        if (name === undefined) return part;
        names.push(name);
        return WIDE.has(`${op} ${name}`) ? "(.*)" : "([^/]+)";
      })
      .join("/");
    const fixedParts = path.split("/").filter((part) => !part.startsWith("{")).length;
    return { op, method, pattern: new RegExp(`^${source}$`), names, fixedParts };
  })
  .sort((a, b) => b.fixedParts - a.fixedParts);

export function findRoute(method: string, path: string): Match | undefined {
  for (const route of routes) {
    if (route.method !== method) continue;
    const found = route.pattern.exec(path);
    if (found === null) continue;
    const params = route.names.map((name, at) => [name, decoded(found[at + 1]!)]);
    return { op: route.op, params: Object.fromEntries(params) };
  }
  return undefined;
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw new Refusal(400, `the path has a broken escape: ${text}`);
  }
}
