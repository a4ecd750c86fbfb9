import { spawn } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { pathToFileURL } from "node:url";
import { unzipSync } from "fflate";
import { describe, expect, it, onTestFinished } from "vitest";
import { keep } from "../artifacts.ts";
import { ATTRACTOR } from "../attractor.ts";
import { inBrowser } from "../browser.ts";

async function demo(...args: string[]): Promise<{ code: number | null; out: string; err: string }> {
  const child = spawn(process.execPath, [ATTRACTOR, "demo", ...args], { stdio: ["ignore", "pipe", "pipe"] });
  const [out, err, code] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    new Promise<number | null>((done) => child.on("close", done)),
  ]);
  return { code, out, err };
}

describe("attractor demo", () => {
  it("R-GH-3: plays comment, question, button, a failed branch, diagnosis, resume and success by itself, and leaves pages to look at", async () => {
    const folder = await mkdtemp(join(tmpdir(), "demo-out-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const { code, out, err } = await demo("--once", "--speed", "40", "--out", folder);
    expect([code, err], out).toEqual([0, ""]);
    expect(out).toContain(join(folder, "index.html"));
    const read = (name: string): string => readFileSync(join(folder, name), "utf8");

    const question = read("1-question-pull-request.html");
    expect(question).toContain('value="choose:');
    expect(question, "what is to be approved").toContain("Two rooms and a long way between them.");
    const diagnosis = read("2-diagnosis-pull-request.html");
    expect(diagnosis).toContain("Monsters failed: the bestiary answered 503");
    expect(diagnosis).toContain("transient; retried 1 of 1 times");
    expect(diagnosis, "who pressed the button").toMatch(/ada answered <code>[^<]*Build it<\/code> to/);
    expect(diagnosis, "the answer to diagnose").toContain("The log shows nothing else that is unusual.");
    expect(diagnosis).toContain("/attractor resume");
    expect(diagnosis, "an answered question keeps no buttons").not.toContain('value="choose:');
    const success = read("3-success-pull-request.html");
    expect(success).toContain("graphs/dungeon.dot succeeded");
    expect(success, "the diagnosis stays").toMatch(
      /Earlier in this run[\s\S]*the bestiary answered 503[\s\S]*resumed by ada/,
    );
    expect(success, "the answer to resume").toContain("goes on; what succeeded stays done");
    expect(success).toContain('<a href="3-success-work.html">See the work</a>');
    expect(read("3-success-work.html")).toMatch(/LEVEL\.txt[\s\S]*<span class="d-add">\+#/);
    expect(read("result.html")).toContain("LEVEL.txt");
    expect(read("result.html")).toMatch(/#\.+@\.+#|@/);

    const index = read("index.html");
    const linked = [...index.matchAll(/href="([^"]+)"/g)].map((match) => match[1] as string);
    expect(linked.filter((name) => !existsSync(join(folder, name)))).toEqual([]);
    const zips = linked.filter((name) => name.endsWith(".zip"));
    expect(zips.length).toBeGreaterThan(4);
    for (const name of zips)
      expect(Object.keys(unzipSync(readFileSync(join(folder, name)))).length).toBeGreaterThan(0);

    await inBrowser(async (page) => {
      const complaints: string[] = [];
      page.on("pageerror", (error) => complaints.push(error.message));
      await page.goto(pathToFileURL(join(folder, "index.html")).href);
      await keep(page, "demo-index");
      await page.getByRole("link", { name: "Pull request" }).nth(1).click();
      await page.getByText("Graph", { exact: true }).click();
      await page.locator("pre.mermaid svg").waitFor();
      await keep(page, "demo-diagnosis");
      await page.goto(pathToFileURL(join(folder, "3-success-run.html")).href);
      expect(await page.locator(".attractor-graph .s-success").count()).toBeGreaterThan(8);
      await keep(page, "demo-run");
      expect(complaints).toEqual([]);
    });
  }, 280_000);

  it("says what is wrong with its options", async () => {
    const port = await demo("--port", "telegraph");
    expect([port.code, port.out]).toEqual([2, ""]);
    expect(port.err).toContain("--port takes a number from 0 to 65535");
    expect((await demo("--speed", "0")).code).toBe(2);
    expect((await demo("everything")).err).toContain("the demo takes options alone");
  });

  it("is one of the commands, with help", async () => {
    const { code, out } = await demo("--help");
    expect(code).toBe(0);
    expect(out).toContain("--once");
  });
});
