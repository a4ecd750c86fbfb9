/** Makes repositories, and puts work into them as a person with git would. */

import { appendFileSync, mkdirSync } from "node:fs";
import { join } from "node:path";
import type { Access } from "../actions/port.ts";
import { SETTINGS } from "../actions/settings.ts";
import { listRefs, NO_OBJECT } from "../git/refs.ts";
import { git, gitText } from "../git/run.ts";
import { refMoved } from "../repos/ref-moved.ts";
import { installHooks } from "../repos/update-hook.ts";
import type { User } from "../state/model.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { noreply } from "../users/shape.ts";

export interface NewRepository {
  readonly owner: User;
  readonly name: string;
  /** Private unless told: then every permission counts. */
  readonly private?: boolean;
  readonly defaultBranch?: string;
  readonly files?: Files;
  readonly defaultWorkflowPermissions?: Access;
}

/** Content by path; null takes a file away. */
export type Files = Readonly<Record<string, string | Buffer | null>>;

export async function createRepository(
  world: World,
  input: NewRepository,
  forkOf?: Repository,
): Promise<Repository> {
  const { owner, name, defaultBranch = "main", files } = input;
  const gitDir = join(world.root, "git", owner.login, `${name}.git`);
  mkdirSync(gitDir, { recursive: true });
  await git(gitDir, ["init", "--quiet", "--bare", "--template=", `--initial-branch=${defaultBranch}`]);
  appendFileSync(join(gitDir, "config"), "[receive]\n\thideRefs = refs/pull\n[gc]\n\tauto = 0\n");
  installHooks(gitDir);
  const now = world.clock.now();
  const repository: Repository = {
    id: world.nextId(),
    owner,
    name,
    fullName: `${owner.login}/${name}`,
    private: input.private ?? true,
    gitDir,
    forkOf,
    createdAt: now,
    roles: new Map(),
    secrets: new Map(),
    variables: new Map(),
    issues: new Map(),
    comments: new Map(),
    suites: new Map(),
    checks: new Map(),
    workflows: new Map(),
    runs: new Map(),
    artifacts: new Map(),
    moves: [],
    defaultBranch,
    defaultWorkflowPermissions: input.defaultWorkflowPermissions ?? "read",
    actionsSettings: SETTINGS,
    environments: new Map(),
    retentionDays: 90,
    pushedAt: now,
  };
  world.repositories.set(repository.fullName.toLowerCase(), repository);
  if (files !== undefined)
    await commitFiles(world, repository, { by: owner, message: "Initial commit", files });
  return repository;
}

/** A fork has the parent's branches and none of its people. */
export async function forkRepository(world: World, parent: Repository, owner: User): Promise<Repository> {
  const input = { owner, name: parent.name, private: parent.private, defaultBranch: parent.defaultBranch };
  const fork = await createRepository(world, input, parent);
  await git(fork.gitDir, ["fetch", "--quiet", parent.gitDir, "refs/heads/*:refs/heads/*"]);
  return fork;
}

export interface NewCommit {
  readonly by: User;
  readonly message: string;
  readonly files: Files;
  /** The default branch unless told; made from the default branch when it is new. */
  readonly branch?: string;
}

/** A push of one commit, with everything that a push sets off. */
export async function commitFiles(world: World, repository: Repository, input: NewCommit): Promise<string> {
  const { gitDir, defaultBranch } = repository;
  const name = `refs/heads/${input.branch ?? defaultBranch}`;
  const refs = await listRefs(gitDir, "refs/heads/");
  const tip = (ref: string) => refs.find((one) => one.name === ref)?.sha;
  const before = tip(name);
  const parent = before ?? tip(`refs/heads/${defaultBranch}`);
  const sha = await importCommit(gitDir, { ...input, name, parent, atMs: world.clock.now() });
  const move = { name, before: before ?? NO_OBJECT, after: sha };
  await refMoved(world, repository, move, { sender: input.by, byJobToken: false });
  return sha;
}

interface Import extends NewCommit {
  readonly name: string;
  readonly parent: string | undefined;
  readonly atMs: number;
}

/** One process for blobs, trees, commit and ref. */
async function importCommit(
  gitDir: string,
  { by, message, files, name, parent, atMs }: Import,
): Promise<string> {
  const data = (content: string | Buffer) => {
    const bytes = Buffer.from(content);
    return [`data ${bytes.length}\n`, bytes, "\n"];
  };
  const input = [
    `commit ${name}\nmark :1\ncommitter ${by.login} <${noreply(by)}> ${Math.floor(atMs / 1000)} +0000\n`,
    ...data(`${message}\n`),
    ...(parent === undefined ? [] : [`from ${parent}\n`]),
    ...Object.entries(files).flatMap(([path, content]) =>
      content === null ? [`D ${path}\n`] : [`M 100644 inline ${path}\n`, ...data(content)],
    ),
    "get-mark :1\n",
  ];
  const bytes = Buffer.concat(input.map((part) => Buffer.from(part)));
  return gitText(gitDir, ["fast-import", "--quiet", "--date-format=raw"], { input: bytes });
}
