import { describe, expect, it } from "vitest";
import { keep } from "../artifacts.ts";
import { inBrowser } from "../browser.ts";
import { answer, GRAPH, played } from "./runs.ts";
import { REPOSITORY, servePages } from "./served.ts";

describe("the page of a run", () => {
  it("says without JavaScript what waits and how to answer, why it failed verbatim, and what happened", async () => {
    const waiting = played();
    const failed = played({
      answers: { approve: "[B] Build" },
      outcomes: { b: ["fail: no space left on /dev/sda1"] },
    });
    const { url, links } = await servePages(
      new Map([
        ["c2", failed],
        ["c1", waiting],
      ]),
    );
    await inBrowser(
      async (page) => {
        await page.goto(links.run(REPOSITORY, "c1"));
        await keep(page, "run-waiting");
        const text = await page.locator("main").textContent();
        expect(text).toContain("Waits for a person");
        expect(text).toContain("/attractor choose approve/1 [B] Build");
        expect(await page.locator("svg.attractor-graph .s-waiting").count()).toBeGreaterThan(0);
        await page.goto(links.run(REPOSITORY, "c2"));
        await keep(page, "run-failed");
        expect(await page.locator("h1").textContent()).toContain("Part b failed: no space left on /dev/sda1");
        expect(await page.locator("#s-chain .reason").first().textContent()).toBe(
          "no space left on /dev/sda1",
        );
        expect(await page.locator("#s-why").textContent()).toContain("/attractor resume r1");
        expect(await page.locator("#s-timeline tbody tr").count()).toBeGreaterThan(2);
        expect(await page.locator("#s-events li").count()).toBeGreaterThan(5);
        await page.goto(links.list(REPOSITORY));
        await keep(page, "runs");
        expect(await page.locator(".runs tbody tr").count()).toBe(2);
        await page.getByRole("link", { name: "graphs/g.dot" }).first().click();
        expect(page.url()).toContain("/runs/ada/game/c2?");
      },
      { origin: url, javaScript: false },
    );
  });

  it("follows the run without a reload, and leaves open what a reader opened", async () => {
    const run = played();
    const { url, links } = await servePages(new Map([["c1", run]]));
    await inBrowser(
      async (page) => {
        const loads: string[] = [];
        page.on("request", (request) => request.isNavigationRequest() && loads.push(request.url()));
        await page.goto(links.run(REPOSITORY, "c1"));
        await page.getByText("also the small steps between").click();
        const last = page.locator("#s-events li").last();
        await last.locator("summary").click();
        answer(run, "[B] Build");
        await page.getByText("Succeeded", { exact: true }).waitFor();
        await page.locator("#live").waitFor({ state: "hidden" });
        await keep(page, "run-succeeded");
        expect(await last.locator("details").getAttribute("open")).not.toBeNull();
        expect(await page.locator("#all-events").isChecked()).toBe(true);
        expect(await page.locator("#s-gates").count()).toBe(0);
        expect(loads).toHaveLength(1);
      },
      { origin: url },
    );
  });

  it("shows hostile names and reasons as text, and breaks none of its own policy", async () => {
    const script = `<img src=x onerror="document.title='owned'"></pre></script><script>document.title='owned'</script>`;
    const run = played({
      graph: GRAPH.replace("Make it", script.replaceAll('"', "'")),
      answers: { approve: "[B] Build" },
      outcomes: { b: [`fail: ${script} token tok-very-secret-1`] },
    });
    const { url, links } = await servePages(new Map([["c1", run]]), ["tok-very-secret-1"]);
    await inBrowser(
      async (page) => {
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        await page.goto(links.run(REPOSITORY, "c1"));
        await keep(page, "run-hostile");
        expect(await page.locator("#s-chain").textContent()).toContain(
          "<script>document.title='owned'</script>",
        );
        expect(await page.locator("main img, main script").count()).toBe(0);
        expect(await page.title()).not.toBe("owned");
        expect(await page.content()).not.toContain("tok-very-secret-1");
        expect(complaints).toEqual([]);
      },
      { origin: url },
    );
  });

  it("is legible in the dark and on a phone: nothing is wider than the screen", async () => {
    const run = played({ answers: { approve: "[B] Build" }, outcomes: { b: ["fail: x".repeat(300)] } });
    const { url, links } = await servePages(new Map([["c1", run]]));
    await inBrowser(
      async (page) => {
        await page.goto(links.run(REPOSITORY, "c1"));
        await keep(page, "run-phone-dark");
        expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth")).toBe(true);
        const colours = await page.evaluate(
          "[getComputedStyle(document.body).backgroundColor, getComputedStyle(document.body).color]",
        );
        expect(colours).toEqual(["rgb(1, 4, 9)", "rgb(240, 246, 252)"]);
      },
      { origin: url, colorScheme: "dark", width: 390 },
    );
  });
});

describe("the addresses of run pages", () => {
  it("answer the same for a run that exists and one that does not, when the link is not right", async () => {
    const { url } = await servePages(new Map([["c1", played()]]));
    const answers = await Promise.all(
      [
        "/runs/ada/game/c1",
        "/runs/ada/game/c9",
        "/runs/nobody/nothing/c1",
        "/runs/ada/game",
        "/runs/",
        "/runs/ada/game/c1/events",
      ].map(async (path) => {
        const answer = await fetch(`${url}${path}?until=9999999999&sig=AAAA`);
        return [answer.status, await answer.text()] as const;
      }),
    );
    expect(new Set(answers.map(([status]) => status))).toEqual(new Set([403]));
    expect(new Set(answers.map(([, body]) => body)).size).toBe(1);
  });

  it("say that a run is gone to who holds a right link, and are read-only", async () => {
    const { url, links } = await servePages(new Map([["c1", played()]]));
    expect((await fetch(links.run(REPOSITORY, "c9"))).status).toBe(404);
    expect((await fetch(links.run(REPOSITORY, "c1"), { method: "POST" })).status).toBe(405);
    const head = await fetch(links.run(REPOSITORY, "c1"), { method: "HEAD" });
    expect([head.status, await head.text()]).toEqual([200, ""]);
    expect((await fetch(`${url}/elsewhere`)).status).toBe(404);
  });

  it("allow nothing from elsewhere and leak no address", async () => {
    const { links } = await servePages(new Map([["c1", played()]]));
    const { headers } = await fetch(links.run(REPOSITORY, "c1"));
    expect(headers.get("content-security-policy")).toContain("default-src 'none'");
    expect(headers.get("content-security-policy")).not.toContain("unsafe");
    expect(headers.get("referrer-policy")).toBe("no-referrer");
    expect(headers.get("cache-control")).toBe("no-store");
  });

  it("send events of a run to all who watch from one look, and end with the run", async () => {
    const run = played();
    const { links, reads } = await servePages(new Map([["c1", run]]));
    const stream = new URL(links.run(REPOSITORY, "c1"));
    stream.pathname += "/events";
    const watchers = await Promise.all(Array.from({ length: 20 }, () => fetch(stream)));
    const before = reads.get("c1") ?? 0;
    answer(run, "[B] Build");
    const texts = await Promise.all(watchers.map((each) => each.text()));
    for (const text of texts) {
      expect(text).toContain("event: page");
      expect(text).toContain("Succeeded");
      expect(text.trimEnd().endsWith("event: end\ndata: {}")).toBe(true);
    }
    expect((reads.get("c1") ?? 0) - before).toBeLessThan(20);
  });
});
