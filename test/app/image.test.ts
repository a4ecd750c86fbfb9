import { execFile, spawn } from "node:child_process";
import { generateKeyPairSync } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { freePort } from "../../demo/free-port.ts";

const ROOT = join(import.meta.dirname, "../..");
const lines = readFileSync(join(ROOT, "app/Dockerfile"), "utf8")
  .split("\n")
  .filter((line) => line !== "" && !line.startsWith("#"));
const all = (word: string): string[] =>
  lines.filter((line) => line.startsWith(`${word} `)).map((line) => line.slice(word.length + 1));
const listOf = (text: string): string[] => JSON.parse(text.slice(text.indexOf("["))) as string[];

/** The packages that `npm ci --omit=dev` installs, as the lock file says. */
function productionPackages(): string[] {
  const { packages } = JSON.parse(readFileSync(join(ROOT, "package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean; devOptional?: boolean }>;
  };
  return Object.entries(packages)
    .filter(([path, one]) => /^node_modules\/(?:@[^/]+\/)?[^/]+$/.test(path) && !one.dev && !one.devOptional)
    .map(([path]) => path);
}

it("the image is of the pinned Node, runs as nobody special, and gets only what it copies", () => {
  const { version } = JSON.parse(readFileSync(join(ROOT, "node_modules/node/package.json"), "utf8")) as {
    version: string;
  };
  expect(all("FROM")).toEqual([`node:${version}-slim`]);
  expect(all("USER")).toEqual([expect.stringMatching(/^[1-9]\d*$/)]);
  const allowed = readFileSync(join(ROOT, "app/Dockerfile.dockerignore"), "utf8")
    .split("\n")
    .filter((line) => line.startsWith("!"))
    .map((line) => line.slice(1));
  expect(allowed.sort()).toEqual(
    all("COPY")
      .flatMap((line) => line.split(" ").slice(0, -1))
      .sort(),
  );
});

it("from the copied files and the production packages alone the app starts and is healthy", async () => {
  const folder = mkdtempSync(join(tmpdir(), "attractor-image-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const line of all("COPY")) {
    for (const from of line.split(" ").slice(0, -1)) {
      expect(existsSync(join(ROOT, from)), from).toBe(true);
      cpSync(join(ROOT, from), join(folder, from), { recursive: true });
    }
  }
  for (const path of productionPackages().filter((one) => existsSync(join(ROOT, one)))) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    symlinkSync(join(ROOT, path), join(folder, path));
  }
  const { privateKey } = generateKeyPairSync("rsa", {
    modulusLength: 2048,
    publicKeyEncoding: { type: "spki", format: "pem" },
    privateKeyEncoding: { type: "pkcs8", format: "pem" },
  });
  const set = Object.fromEntries(all("ENV").flatMap((line) => line.split(" ").map((one) => one.split("="))));
  const env = {
    ...set,
    ...{ PATH: process.env.PATH, PORT: String(await freePort()), HOST: "127.0.0.1" },
    ...{ APP_ID: "7", PRIVATE_KEY: privateKey, WEBHOOK_SECRET: "a-long-random-one" },
    GITHUB_API_URL: "http://127.0.0.1:9",
  };
  const [program, ...args] = listOf(all("CMD")[0] ?? "[]");
  expect(program).toBe("node");
  const child = spawn(process.execPath, args, { cwd: folder, env });
  onTestFinished(() => void child.kill("SIGKILL"));
  await new Promise<void>((resolve, reject) => {
    let said = "";
    const hear = (data: Buffer): void => {
      said += data.toString();
      if (said.includes("listens on")) resolve();
    };
    child.stdout.on("data", hear);
    child.stderr.on("data", hear);
    child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${said}`)));
  });
  const [check, ...asks] = listOf(all("HEALTHCHECK")[0] ?? "[]");
  expect(check).toBe("node");
  const healthy = (): Promise<unknown> =>
    new Promise((resolve) => {
      execFile(process.execPath, asks, { env }, (error) => resolve(error?.code ?? 0));
    });
  expect(await healthy()).toBe(0);
  child.removeAllListeners("exit");
  child.kill("SIGKILL");
  await new Promise((resolve) => child.once("close", resolve));
  expect(await healthy()).toBe(1);
});
