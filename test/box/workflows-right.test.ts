import { describe, expect, it } from "vitest";
import { commitOn } from "./support/commit-on.ts";
import { HOP, refusal, type Town, town } from "./support/town.ts";

const WORKFLOW = ".github/workflows/hop.yml";
const REFUSED = expect.objectContaining({
  status: 403,
  message:
    "refusing to allow a GitHub App to create or update workflow `.github/workflows/hop.yml` without `workflows` permission",
});

/** The default branch's workflows have moved on; `main` is the commit before. */
async function movedOn(here: Town): Promise<string> {
  const { box, repository, ada } = here;
  return box.commit(repository, { by: ada, message: "m", files: { [WORKFLOW]: `${HOP}# newer\n` } });
}

const refs = async (here: Town) => here.withToken(await here.installationToken()).rest.git;

describe("a token without the workflows permission", () => {
  it("makes no branch at a commit that GitHub has, when its workflow files are no longer the default branch's (flutter#184832)", async () => {
    const here = await town();
    const git = await refs(here);
    await git.createRef({ ...here.at, ref: "refs/heads/before", sha: here.main });
    const tip = await movedOn(here);
    const late = git.createRef({ ...here.at, ref: "refs/heads/late", sha: here.main });
    expect(await refusal(late)).toEqual(REFUSED);
    await git.createRef({ ...here.at, ref: "refs/heads/now", sha: tip });
    expect(
      await refusal(git.updateRef({ ...here.at, ref: "heads/now", sha: here.main, force: true })),
    ).toEqual(REFUSED);
    await here.as(here.bob).rest.git.createRef({ ...here.at, ref: "refs/heads/late", sha: here.main });
  });

  it("goes on with a branch whose workflow files were another's before, and may not touch them", async () => {
    const here = await town();
    const { box, repository, ada } = here;
    const head = await box.commit(repository, {
      by: ada,
      branch: "ci",
      message: "m",
      files: { [WORKFLOW]: `${HOP}# other\n` },
    });
    const git = await refs(here);
    const next = await commitOn(here.as(here.bob), here.at, head, "a.txt", "a");
    await git.updateRef({ ...here.at, ref: "heads/ci", sha: next });
    expect(await refusal(git.createRef({ ...here.at, ref: "refs/heads/copy", sha: next }))).toEqual(REFUSED);
    const again = await commitOn(here.as(here.bob), here.at, next, WORKFLOW, "on: push\n");
    expect(await refusal(git.updateRef({ ...here.at, ref: "heads/ci", sha: again }))).toEqual(REFUSED);
  });

  it("is judged on other refs too where the policy says so", async () => {
    for (const [workflowsRight, refused] of [
      ["branches", false],
      ["every ref", true],
    ] as const) {
      const here = await town({ policy: { workflowsRight } });
      await movedOn(here);
      const made = (await refs(here)).createRef({
        ...here.at,
        ref: "refs/attractor/r1/code",
        sha: here.main,
      });
      expect(
        await made.then(
          () => false,
          () => true,
        ),
      ).toBe(refused);
    }
  });
});
