/** What a job's token may do: read from the file, inherited, and only ever shrinking down a chain of calls. */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { Access, Permissions } from "../../actions/port.ts";
import { isMapping, literal, pairsOf } from "../expressions/template.ts";

/** The scopes of `read-all` and `write-all`. `models` and `vulnerability-alerts` know no write. */
const SCOPES = [
  "actions",
  "artifact-metadata",
  "attestations",
  "checks",
  "contents",
  "deployments",
  "discussions",
  "id-token",
  "issues",
  "models",
  "packages",
  "pages",
  "pull-requests",
  "repository-projects",
  "security-events",
  "statuses",
  "vulnerability-alerts",
] as const;
const READ_ONLY: ReadonlySet<string> = new Set(["models", "vulnerability-alerts"]);

const everything = (access: Access): Permissions =>
  Object.fromEntries(
    SCOPES.filter((scope) => scope !== "id-token" || access === "write").map((scope) => [
      scope,
      READ_ONLY.has(scope) ? "read" : access,
    ]),
  );

export function readPermissions(token: TemplateToken): Permissions {
  if (!isMapping(token)) return everything(literal(token) === "write-all" ? "write" : "read");
  return Object.fromEntries(
    pairsOf(token)
      .map(([scope, level]) => [scope, literal(level)] as const)
      .filter((pair): pair is readonly [string, Access] => pair[1] === "read" || pair[1] === "write"),
  );
}

/** The repository's default when no file says anything; it never holds an OIDC token. */
export function defaultPermissions(policy: Access): Permissions {
  if (policy === "read") return { contents: "read", packages: "read" };
  const { "id-token": _none, ...rest } = everything("write");
  return rest;
}

/** The most a called workflow may ask for when its caller's file is silent: here an OIDC token is allowed. */
export const policyCeiling = (policy: Access): Permissions =>
  policy === "read" ? defaultPermissions("read") : everything("write");

/** Runs of a fork's pull request read only. */
export const readOnly = (permissions: Permissions): Permissions =>
  Object.fromEntries(
    Object.keys(permissions)
      .filter((scope) => scope !== "id-token")
      .map((scope) => [scope, "read"]),
  );

/** Where `asked` exceeds `allowed`, in the words of GitHub's startup failure. */
export function excess(
  asked: Permissions,
  allowed: Permissions,
): { readonly asked: string; readonly allowed: string } | undefined {
  const over = Object.entries(asked).filter(
    ([scope, level]) => allowed[scope] !== "write" && level !== allowed[scope],
  );
  if (over.length === 0) return undefined;
  return {
    asked: over.map(([scope, level]) => `${scope}: ${level}`).join(", "),
    allowed: over.map(([scope]) => `${scope}: ${allowed[scope] ?? "none"}`).join(", "),
  };
}
