import { Octokit } from "octokit";
import { startBox } from "../../box/server.ts";
import { openRef, trunkRef } from "../../engine/git/names.ts";
import { gitHub } from "../../github/api/request.ts";
import { apiLedger } from "../../github/ledger/api-ledger.ts";
import { gitData } from "../../github/ledger/git-data.ts";
import { ledgerContract } from "../ledger/contract.ts";

ledgerContract("GitHub API", async () => {
  const box = await startBox({ limits: "off" });
  const ada = box.user("ada");
  await box.createRepository({ owner: ada, name: "game", files: { "README.md": "# game\n" } });
  const octokit = () =>
    new Octokit({
      auth: box.tokenOf(ada),
      baseUrl: box.apiUrl,
      retry: { enabled: false },
      throttle: { enabled: false },
    });
  return {
    open: (runId) =>
      apiLedger({
        git: gitData(gitHub(octokit(), "ada/game")),
        runId,
        ref: trunkRef("refs/attractor", runId),
        openRef: openRef("refs/attractor", runId),
        pause: async () => undefined,
      }),
    async close() {
      box.assertClean();
      await box.close();
    },
  };
});
