/** Open pull requests follow their head branch; a moved base only renews the test merge. */

import { NO_OBJECT } from "../git/refs.ts";
import type { Pusher } from "../repos/pusher.ts";
import type { Repository } from "../state/records.ts";
import type { World } from "../state/world.ts";
import { refreshPullRefs } from "./merge-ref.ts";
import { isPull } from "./shape.ts";
import { tellPull } from "./tell.ts";

export async function followBranch(
  world: World,
  repository: Repository,
  branch: string,
  after: string,
  pusher: Pusher,
): Promise<void> {
  for (const base of world.repositories.values()) {
    for (const issue of [...base.issues.values()].filter(isPull)) {
      if (issue.state !== "open") continue;
      const { pull } = issue;
      const isHead = pull.headRepository === repository && pull.headBranch === branch;
      const isBase = base === repository && pull.baseBranch === branch;
      if (after === NO_OBJECT || !(isHead || isBase)) continue;
      const before = pull.headSha;
      if (isHead) pull.headSha = after;
      await refreshPullRefs(issue);
      if (!isHead || before === after) continue;
      issue.updatedAt = world.clock.now();
      tellPull(world, "synchronize", issue, pusher, { before, after });
    }
  }
}
