/** What an acceptance that was killed has left: its branch is there still, and tells the rest by its name. */
import { gitData } from "../../../github/ledger/git-data.ts";
import { isAbandoned, NAME } from "../probe-name.ts";
import type { Caller } from "../probe-run.ts";
import { cleanUp, type Left } from "./clean-up.ts";
import { branchOf } from "./graphs.ts";
import { nothingMade, type Playing } from "./playing.ts";

const BRANCH = new RegExp(`^refs/heads/${branchOf(`(${NAME})`)}$`);

/** Answers with what is there still. */
export async function cleanAbandoned(
  caller: Caller,
  how: Pick<Playing, "limits" | "progress">,
): Promise<Left[]> {
  const left: Left[] = [];
  for (const name of await abandoned(caller))
    left.push(await cleanUp(caller, { ...nothingMade(), name }, how));
  return left;
}

async function abandoned({ github }: Caller): Promise<string[]> {
  const prefix = `refs/heads/${branchOf("doctor-")}`;
  const listed = await gitData(github)
    .matching(prefix)
    .catch(() => new Map<string, string>());
  return [...listed.keys()].flatMap((ref) => {
    const [, name, made] = BRANCH.exec(ref) ?? [];
    return name !== undefined && isAbandoned(Number(made)) ? [name] : [];
  });
}
