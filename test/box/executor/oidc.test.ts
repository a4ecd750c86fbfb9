import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { oneJob, saidIn } from "./support/text.ts";
import { createWorld, MAIN, runOnce } from "./support/world.ts";

describe("an OIDC token", () => {
  const ASK = `
- run: |
    echo "SAY [\${ACTIONS_ID_TOKEN_REQUEST_URL:+url}]"
    if [ -n "$ACTIONS_ID_TOKEN_REQUEST_URL" ]; then
      curl -s -H "authorization: bearer $ACTIONS_ID_TOKEN_REQUEST_TOKEN" "$ACTIONS_ID_TOKEN_REQUEST_URL&audience=app" \\
        | cut -d. -f2 | tr '_-' '/+' | base64 -d 2>/dev/null | grep -o '"aud":"[^"]*"\\|"repository":"[^"]*"' | sed 's/^/SAY /'
    fi
`;

  it("is for jobs with id-token: write", async () => {
    await using world = await runOnce(oneJob(ASK, "permissions: { id-token: write }"));
    expect(saidIn(world.job(world.id, "job").log)).toEqual([
      "[url]",
      '"aud":"app"',
      '"repository":"acme/app"',
    ]);
  });

  it("is refused to anybody else, and to the job when it is over", async () => {
    await using world = await createWorld({
      [MAIN]: oneJob(
        `- run: echo "SAY $ACTIONS_ID_TOKEN_REQUEST_URL $ACTIONS_ID_TOKEN_REQUEST_TOKEN" > "$RUNNER_TEMP/../../../oidc"`,
        "permissions: { id-token: write }",
      ),
    });
    const id = world.queue();
    await world.ended(id);
    const [, url = "", token = ""] = readFileSync(join(world.folder, "machines/oidc"), "utf8")
      .trim()
      .split(" ");
    for (const bearer of [token, "guessed", ""]) {
      expect((await fetch(url, { headers: { authorization: `bearer ${bearer}` } })).status).toBe(401);
    }
  });

  it("is for no other", async () => {
    await using world = await runOnce(oneJob(ASK));
    expect(saidIn(world.job(world.id, "job").log)).toEqual(["[]"]);
  });
});
