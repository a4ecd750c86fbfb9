/** The actions of a job: all but local ones are found before the first step runs, as "Set up job" does. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RepositoryRef } from "../../actions/port.ts";
import { refusedAction } from "../../actions/settings.ts";
import { type ActionsRegistry, exportPlace, findPlace, nameOf, type Place, within } from "../places.ts";
import type { StepDefinition } from "../workflow/model.ts";
import { type Action, findActionFile, InvalidAction, readAction } from "./action.ts";
import type { Folders } from "./folders.ts";

const MAX_DEPTH = 9;

export interface ActionStore {
  /** Resolves every `uses:` of the steps, and of the composites among them. */
  prepare(steps: readonly StepDefinition[], depth: number): Promise<void>;
  load(uses: string): Promise<Action>;
}

export const isLocal = (uses: string): boolean => uses.startsWith("./");

export function createActionStore(
  folders: Folders,
  registry: ActionsRegistry,
  repository: (fullName: string) => RepositoryRef | undefined,
  workflowPlace: Place,
  own: RepositoryRef,
): ActionStore {
  const loaded = new Map<string, Promise<Action>>();

  const loadRemote = async (place: Place, path: string): Promise<Action> => {
    const content = await findActionFile(place, path);
    if (content === undefined) {
      throw new InvalidAction(
        `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' for action '${nameOf(place)}/${path}'.`,
      );
    }
    const root = await exportPlace(place, folders.actions);
    return readAction(content, `${path === "" ? "" : `${path}/`}action.yml`, within(root, path), place);
  };

  const loadLocal = async (path: string): Promise<Action> => {
    const folder = join(folders.workspace, path);
    for (const name of ["action.yml", "action.yaml"]) {
      const content = await readFile(join(folder, name), "utf8").catch(() => undefined);
      if (content !== undefined) return readAction(content, join(path, name), folder, workflowPlace);
    }
    throw new InvalidAction(
      `Can't find 'action.yml', 'action.yaml' or 'Dockerfile' under '${folder}'. Did you forget to run actions/checkout before running your local action?`,
    );
  };

  const load = async (uses: string): Promise<Action> => {
    if (isLocal(uses)) return loadLocal(uses.slice(2));
    const [target, path] = await targetOf(uses);
    const key = `${nameOf(target)}@${target.kind === "commit" ? target.sha : target.ref}:${path}`;
    const known = loaded.get(key) ?? loadRemote(target, path);
    loaded.set(key, known);
    return known;
  };

  const targetOf = async (uses: string): Promise<readonly [Place, string]> => {
    const [, fullName = "", path = "", ref = ""] = /^([^/]+\/[^/@]+)(?:\/([^@]+))?@(.+)$/.exec(uses) ?? [];
    return [await findPlace(registry, repository, fullName, ref), path];
  };

  const prepare = async (steps: readonly StepDefinition[], depth: number): Promise<void> => {
    if (depth > MAX_DEPTH) throw new InvalidAction(`Composite action depth exceeded max depth ${MAX_DEPTH}`);
    for (const { uses } of steps) {
      if (uses === undefined || isLocal(uses)) continue;
      const refused = refusedAction(own.actionsSettings, own, uses, "action");
      if (refused !== undefined) throw new InvalidAction(refused);
      const action = await load(uses);
      if (action.runs.kind === "composite") await prepare(action.runs.steps, depth + 1);
      else if (depth > 0 && action.runs.pre !== undefined) {
        throw new InvalidAction(`the box does not run the \`pre\` of an action inside a composite: ${uses}`);
      }
    }
  };

  return { prepare, load };
}
