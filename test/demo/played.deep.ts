import { describe, expect, it, onTestFinished } from "vitest";
import { RUN_COMMAND } from "../../demo/play.ts";
import { openSite } from "../../demo/site/server.ts";
import { startWorld } from "../../demo/world.ts";
import { keep } from "../artifacts.ts";
import { inBrowser } from "../browser.ts";

const STEP = { timeout: 240_000 };

describe("the demo, played by a person in a browser", () => {
  it("R-GH-7: a person comments, answers by button, sees the diagnosis, resumes and sees the end, on one page without a reload", async () => {
    const site = await openSite(0);
    onTestFinished(() => site.close());
    await inBrowser(
      async (page) => {
        const world = await startWorld({ siteUrl: site.url, speed: 20 });
        onTestFinished(() => world.close());
        site.show(world);
        const complaints: string[] = [];
        page.on("console", (message) => message.type() === "error" && complaints.push(message.text()));
        page.on("pageerror", (error) => complaints.push(error.message));
        const loads: string[] = [];
        page.on("request", (request) => request.isNavigationRequest() && loads.push(request.url()));

        await page.goto(site.url);
        loads.length = 0;
        await page.getByLabel("Comment").fill(RUN_COMMAND);
        await page.getByRole("button", { name: "Comment" }).click();
        await page.getByRole("button", { name: "Build it" }).click(STEP);
        await page.getByText(" failed: ").first().waitFor(STEP);
        await keep(page, "played-diagnosis");
        await page.getByRole("button", { name: "Bring it back" }).click();
        // A chip fills the box, and sends nothing.
        await page.getByRole("button", { name: "resume" }).click();
        await page.getByRole("button", { name: "Comment" }).click();
        await page.getByRole("heading", { name: "succeeded" }).waitFor(STEP);
        await keep(page, "played-success");
        expect(loads).toEqual([]);
        expect(complaints).toEqual([]);
        await expect.poll(() => page.locator("#s-checks .dot").getAttribute("aria-label")).toBe("success");

        await page.getByRole("link", { name: "Work", exact: true }).click();
        expect(await page.locator("#s-level .level").textContent()).toContain("@");
        await keep(page, "played-level");
        await page.getByRole("link", { name: "Actions", exact: true }).click();
        await page.getByRole("link", { name: /hop 2\.\d/ }).click();
        await keep(page, "played-hop");
        const download = page.waitForEvent("download");
        await page.getByRole("link", { name: "Download" }).first().click();
        expect((await download).suggestedFilename()).toMatch(/^attractor-.*\.zip$/);
        await page.getByRole("link", { name: /^Branches 1 \(02/ }).click();
        expect(await page.locator(".log").textContent()).toContain("the bestiary answered 503");
        await keep(page, "played-log");

        await page.setViewportSize({ width: 390, height: 844 });
        for (const path of ["pull/1", "pull/1/checks", "actions", "tree/main"]) {
          await page.goto(`${site.url}/ada/dungeon/${path}`);
          await keep(page, `phone-${path.replaceAll("/", "-")}`);
          expect(await page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path).toBe(true);
        }
        expect(world.problems()).toEqual([]);
      },
      { origin: site.url },
    );
  }, 900_000);
});
