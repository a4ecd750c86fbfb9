/** The catalog's source: data files of an npm package, fetched when somebody asks for an update and no dependency. */
import { createHash } from "node:crypto";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { type CatalogSource, SOURCE_FILES } from "../engine/agents/catalog/build.ts";
import { FixableError } from "../engine/fixable-error.ts";

const PACKAGE = "@earendil-works/pi-ai";

class SourceError extends FixableError {
  override readonly name = "SourceError";
}

/** `from`: a version of the package, or a tarball that is here already. */
export async function withSource<T>(from: string, use: (source: CatalogSource) => T): Promise<T> {
  const folder = mkdtempSync(join(tmpdir(), "attractor-models-"));
  try {
    const tarball = existsSync(from) ? resolve(from) : await download(from, folder);
    await run("tar", ["xzf", tarball, "-C", folder], "the package cannot be unpacked");
    return use(readSource(join(folder, "package")));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

async function download(version: string, folder: string): Promise<string> {
  await run(
    "npm",
    ["pack", `${PACKAGE}@${version}`, "--pack-destination", folder],
    "npm cannot fetch the package",
  );
  return join(folder, readdirSync(folder).find((name) => name.endsWith(".tgz")) ?? "");
}

async function run(command: string, args: string[], problem: string): Promise<void> {
  const { failed, stderr, message } = await execa(command, args, { reject: false });
  if (!failed) return;
  const said = (stderr || message || "").trim().split("\n").slice(-3).join(" ");
  throw new SourceError(
    `${problem}: ${said}`,
    "check the network and the version, or give a tarball: --from FILE.tgz",
  );
}

const Package = z.object({ name: z.string(), version: z.string() });
const Manifest = z.object({ generatedAt: z.iso.datetime(), files: z.record(z.string(), z.string()) });

function readSource(folder: string): CatalogSource {
  const data = join(folder, "dist/providers/data");
  try {
    const { name, version } = Package.parse(JSON.parse(readFileSync(join(folder, "package.json"), "utf8")));
    const { generatedAt, files } = Manifest.parse(
      JSON.parse(readFileSync(join(data, ".manifest.json"), "utf8")),
    );
    const read = (file: string) => {
      const text = readFileSync(join(data, `${file}.json`), "utf8");
      const digest = createHash("sha256").update(text).digest("hex");
      if (files[`${file}.json`] !== digest) throw new Error(`${file}.json is not what its manifest says`);
      return text;
    };
    for (const file of Object.values(SOURCE_FILES).flat()) read(file);
    return { name: `npm:${name}`, version, date: generatedAt.slice(0, 10), read };
  } catch (error) {
    throw new SourceError(
      `the package has not the data that is expected: ${(error as Error).message}`,
      `give a version of ${PACKAGE} that has dist/providers/data, for instance --from 1.6.0`,
    );
  }
}
