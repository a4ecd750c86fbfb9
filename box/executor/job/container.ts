/**
 * `container:` without Docker: the steps are processes of this machine, with what a job container takes from them. Their
 * PATH is the image's; `docker exec` hands on no signal, so that a step which is told to stop is over at once and its
 * process lives until the container goes, at the end of the job; and `github.action_path` is the host's, which is not in
 * the container, while GITHUB_ACTION_PATH is translated (actions/runner#716).
 */
import type { TemplateToken } from "@actions/workflow-parser/templates/tokens/index";
import type { Scope } from "../expressions/evaluate.ts";
import { isMapping, renderString, renderStrings } from "../expressions/template.ts";
import { fieldsOf } from "../workflow/fields.ts";

export interface Image {
  /** PATH in the image. */
  readonly path: string;
}

export interface Container {
  readonly path: string;
  readonly env: ReadonlyMap<string, string>;
}

/** Where the runner keeps actions, outside of the container. */
export const HOST_ACTIONS = "/home/runner/work/_actions";

/** Undefined for a job on the machine itself; an image without a name is one, too. */
export function containerOf(
  token: TemplateToken | undefined,
  images: ReadonlyMap<string, Image>,
  scope: Scope,
): Container | undefined {
  if (token === undefined) return undefined;
  const fields = isMapping(token)
    ? fieldsOf(token, "`container`", ["image", "env", "options", "credentials", "ports", "volumes"])
    : { image: token, env: undefined };
  const name = fields.image === undefined ? "" : renderString(fields.image, scope);
  if (name === "") return undefined;
  const image = images.get(name);
  if (image === undefined)
    throw new Error(`Docker pull failed: the box has no image ${name}; name it in the executor's \`images\``);
  return { path: image.path, env: renderStrings(fields.env, scope) };
}
