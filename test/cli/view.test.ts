/** `attractor view` in a real browser: the list, a live run, an answer by a button, an attempt's output; and who may not come in. */
import { join } from "node:path";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { startView } from "../../cli/view/server.ts";
import { answerRun } from "../../engine/local/answer.ts";
import { keep } from "../artifacts.ts";
import { inBrowser } from "../browser.ts";
import { here } from "../local/here.ts";
import { folder, graph, logOf, ran, repository, tool } from "../local/world.ts";

const ASKS = graph(
  `${tool("plan", "echo '1. dig' | tee plan.md", 'label="Plan it"')}; ok [shape=hexagon, label="Build?", show="plan.md, diff"]
   s -> plan -> ok; ok -> e [label="[Y] Yes"]; ok -> plan [label="[N] No"]`,
);
const FAILS = graph(`${tool("a", "echo said; exit 3")}; s -> a -> e [condition="outcome=success"]`);

async function served(roots: ReadonlyMap<string, string>) {
  const view = await startView({
    port: 0,
    roots: async () => roots,
    answer: async (root, gate, label) => void (await answerRun(root, gate, label, "ada")),
    redact: (text) => text.replaceAll("hush", "***"),
    lookEveryMs: 50,
  });
  onTestFinished(() => view.close());
  return { view, origin: new URL(view.url).origin };
}

describe("attractor view", () => {
  it("shows the runs, what is to be approved, takes the answer by a button, and the page moves by itself", async () => {
    const waiting = await ran(ASKS, { workdir: repository(), logsRoot: join(folder(), "w") });
    const failed = await ran(FAILS, { logsRoot: join(folder(), "f") });
    const { view, origin } = await served(
      new Map([
        [waiting.runId, waiting.root],
        [failed.runId, failed.root],
      ]),
    );
    const looked = await inBrowser(
      async (page) => {
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        await page.goto(view.url);
        await keep(page, "view-list");
        expect(await page.locator(".runs tbody tr").count()).toBe(2);
        await page.goto(view.runUrl(failed.runId));
        await page.getByRole("link", { name: "output" }).click();
        expect(await page.locator("main pre").textContent()).toBe("said\n");
        await page.goto(view.runUrl(waiting.runId));
        await keep(page, "view-question");
        expect(await page.locator("#s-gates .shown").first().textContent()).toContain("1. dig");
        expect(await page.locator("#s-gates .d-add").last().textContent()).toContain("+1. dig");
        await page.getByRole("button", { name: "[Y] Yes" }).click();
        await page.locator("#s-gates").waitFor({ state: "detached" });
        expect(complaints).toEqual([]);
      },
      { origin },
    );
    if (looked === null) return;
    expect(logOf(waiting.root).at(-1)).toMatchObject({
      event: "human_gate_answered",
      label: "[Y] Yes",
      by: "ada",
    });
    // Nobody drove it: it is not lost, and goes on when it is resumed.
    expect((await here("status", waiting.root)).out).toContain(`next: attractor resume ${waiting.root}`);
    expect((await here("resume", waiting.root)).code).toBe(0);
    expect(logOf(waiting.root).at(-1)?.event).toBe("run_completed");
  });

  it("R-SEC-4: opens nothing without the address's secret, to another host name, outside of attempts, or through a link", async () => {
    const { root, runId } = await ran(graph(`${tool("a", "echo hush")}; s -> a -> e`));
    const { view, origin } = await served(new Map([[runId, root]]));
    const status = async (url: string, init?: RequestInit) => (await fetch(url, init)).status;
    expect(await status(`${origin}/runs/${runId}`)).toBe(404);
    expect(await status(origin)).toBe(404);
    const file = (at: string, name: string) =>
      `${view.runUrl(runId)}/file?at=${encodeURIComponent(at)}&name=${name}`;
    const said = await fetch(file("a/v1-a1", "stdout.log"));
    expect(await said.text()).toContain("***\n");
    expect(said.headers.get("content-security-policy")).toContain("default-src 'none'");
    for (const [at, name] of [
      ["..", "stdout.log"],
      ["a/../../a/v1-a1", "stdout.log"],
      ["/etc", "passwd"],
      [".", "progress.ndjson"],
      ["", "run_config.json"],
    ] as const)
      expect(await status(file(at, name)), `${at}/${name}`).toBe(404);
    expect(await status(`${view.runUrl("nothing")}`)).toBe(404);
    expect(await status(view.runUrl(runId), { method: "DELETE" })).toBe(405);
    const { request } = await import("node:http");
    const answer = await new Promise<number>((resolve) => {
      const asked = request(view.runUrl(runId), { headers: { host: "evil.example" } }, (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      });
      asked.end();
    });
    expect(answer).toBe(403);
  });

  it.each([
    ["exec", "npx attractor resume"],
    [undefined, "attractor resume"],
  ])("started with npm_command=%s, it shows commands that can be typed there", async (npm, command) => {
    const { root, runId } = await ran(FAILS);
    const { view } = await served(new Map([[runId, root]]));
    vi.stubEnv("npm_command", npm);
    onTestFinished(() => void vi.unstubAllEnvs());
    expect(await (await fetch(view.runUrl(runId))).text()).toContain(`<code>${command} ${root}</code>`);
  });

  it("tells on the page why an answer was not taken", async () => {
    const { root, runId } = await ran(ASKS, { workdir: repository() });
    const { view } = await served(new Map([[runId, root]]));
    const body = new URLSearchParams({ gate: "ok/1", label: "Perhaps" });
    const refused = await fetch(`${view.runUrl(runId)}/answer`, { method: "POST", body, redirect: "manual" });
    expect([refused.status, await refused.text()]).toEqual([500, expect.stringContaining("Perhaps")]);
  });
});
