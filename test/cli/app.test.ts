import { type ChildProcess, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { registration } from "../../app/registration.ts";
import { freePort } from "../../demo/free-port.ts";
import { ATTRACTOR } from "../attractor.ts";

const { privateKey } = generateKeyPairSync("rsa", {
  modulusLength: 2048,
  publicKeyEncoding: { type: "spki", format: "pem" },
  privateKeyEncoding: { type: "pkcs8", format: "pem" },
});
const RIGHT = { APP_ID: "7", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "a-long-random-one", PORT: "0" };

interface Started {
  readonly folder: string;
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  said(): string;
  until(text: RegExp): Promise<RegExpExecArray>;
}

/** `attractor app` as a person starts it, in a folder of its own. */
async function app(env: Record<string, string>): Promise<Started> {
  const folder = await mkdtemp(join(tmpdir(), "attractor-app-"));
  const child = spawn(process.execPath, [ATTRACTOR, "app"], {
    cwd: folder,
    env: { PATH: process.env.PATH, GITHUB_API_URL: "http://127.0.0.1:9", ...env },
  });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data.toString()));
  child.stderr.on("data", (data: Buffer) => (said += data.toString()));
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  onTestFinished(async () => {
    child.kill("SIGKILL");
    await ended;
    await rm(folder, { recursive: true, force: true });
  });
  return {
    ...{ folder, child, ended },
    said: () => said,
    async until(text) {
      for (;;) {
        const found = text.exec(said);
        if (found) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    },
  };
}

async function portOf(server: { address(): string | AddressInfo | null }): Promise<string> {
  return String((server.address() as AddressInfo).port);
}

describe("`attractor app` without credentials", () => {
  it("says in plain words what to do, shows the page that registers the app as app.yml has it, and leaves nothing behind", async () => {
    const port = String(await freePort());
    const started = await app({ PORT: port, HOST: "127.0.0.1", PUBLIC_URL: "https://attractor.example.com" });
    await started.until(/Stop this program/);
    expect(started.said()).toContain("https://attractor.example.com/probot");
    const page = await (await fetch(`http://127.0.0.1:${port}/probot`)).text();
    const [, quoted = ""] = /id="manifest" value='([^']+)'/.exec(page) ?? [];
    const manifest = JSON.parse(quoted.replaceAll("&quot;", '"')) as Record<string, unknown>;
    expect(manifest).toMatchObject({
      ...registration(),
      hook_attributes: { url: "https://attractor.example.com/webhooks", active: true },
    });
    expect((await fetch(`http://127.0.0.1:${port}/probot/setup`)).status).toBe(400);
    started.child.kill("SIGTERM");
    expect(await started.ended).toBe(0);
    expect(existsSync(join(started.folder, "app.yml"))).toBe(false);
  });

  it("keeps the app.yml that is there, and says that GitHub does not reach this machine", async () => {
    const port = String(await freePort());
    const started = await app({ PORT: port, HOST: "127.0.0.1" });
    await started.until(/GitHub cannot send webhooks to/);
    expect(started.said()).not.toMatch(/smee/i);
    started.child.kill("SIGINT");
    expect(await started.ended).toBe(0);
  });
});

describe("`attractor app` with credentials", () => {
  it("serves health and counters, refuses what is not signed, and logs in lines with the delivery and no secret", async () => {
    const started = await app(RIGHT);
    const [, url = ""] = await started.until(/listens on (\S+)/);
    expect(await (await fetch(`${url}/healthz`)).text()).toBe("ok\n");
    expect(await (await fetch(`${url}/metrics`)).text()).toContain("attractor_deliveries_total");
    const answer = await fetch(`${url}/webhooks`, {
      method: "POST",
      body: "{}",
      headers: {
        "x-github-delivery": "d-7",
        "x-github-event": "ping",
        "x-hub-signature-256": `sha256=${"0".repeat(64)}`,
      },
    });
    expect(answer.status).toBe(400);
    const [line = ""] = await started.until(/^\{.*"refused".*\}$/m);
    expect(JSON.parse(line)).toMatchObject({ message: "refused", delivery: "d-7" });
    expect(started.said()).not.toContain(RIGHT.WEBHOOK_SECRET);
    started.child.kill("SIGTERM");
    expect(await started.ended).toBe(0);
  });

  it("takes the key from a file, in one line, or in base64", async () => {
    const folder = await mkdtemp(join(tmpdir(), "attractor-key-"));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const path = join(folder, "key.pem");
    await writeFile(path, privateKey);
    expect(await readFile(path, "utf8")).toBe(privateKey);
    const { PRIVATE_KEY, ...others } = RIGHT;
    for (const key of [
      { PRIVATE_KEY_PATH: path },
      { PRIVATE_KEY: PRIVATE_KEY.replaceAll("\n", "\\n") },
      { PRIVATE_KEY: Buffer.from(PRIVATE_KEY).toString("base64") },
    ])
      await (await app({ ...others, ...key } as Record<string, string>)).until(/listens on/);
  });

  it.each([
    ["no secret", { WEBHOOK_SECRET: undefined }, /WEBHOOK_SECRET is missing/],
    ["an empty secret", { WEBHOOK_SECRET: " " }, /WEBHOOK_SECRET is empty/],
    ["the secret that everybody knows", { WEBHOOK_SECRET: "development" }, /which everybody knows/],
    ["no key", { PRIVATE_KEY: undefined }, /PRIVATE_KEY is missing/],
    ["half a key", { PRIVATE_KEY: privateKey.slice(0, 300) }, /PRIVATE_KEY is no RSA private key/],
    [
      "a key file that is not there",
      { PRIVATE_KEY: undefined, PRIVATE_KEY_PATH: "/nowhere.pem" },
      /\/nowhere\.pem cannot be read/,
    ],
    ["no id", { APP_ID: undefined }, /APP_ID must be the number/],
    ["an id that is a name", { APP_ID: "attractor" }, /APP_ID must be the number/],
    ["a port that is none", { PORT: "http" }, /PORT must be a port/],
    ["a public address that is none", { PUBLIC_URL: "example.com" }, /PUBLIC_URL must be an address/],
  ] as const)("%s ends with 2, what is wrong and how to fix it", async (_, change, says) => {
    const env = Object.fromEntries(
      Object.entries({ ...RIGHT, ...change }).filter((one): one is [string, string] => one[1] !== undefined),
    );
    const started = await app(env);
    expect(await started.ended).toBe(2);
    expect(started.said()).toMatch(says);
    expect(started.said().trim().split("\n")).toHaveLength(2);
    expect(started.said()).not.toContain("BEGIN PRIVATE KEY-----\n");
  });

  it("a port that is taken ends with 2 and says so, when it serves and when it registers", async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
    onTestFinished(() => void other.close());
    const port = await portOf(other);
    for (const env of [RIGHT, {}]) {
      const started = await app({ ...env, PORT: port, HOST: "127.0.0.1" });
      expect(await started.ended).toBe(2);
      expect(started.said()).toContain(`port ${port} is taken by another program`);
    }
  });
});
