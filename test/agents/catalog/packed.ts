import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { execa } from "execa";
import { SOURCE_FILES } from "../../../engine/agents/catalog/build.ts";

/** A tarball as npm would hand out the catalog's source. */
export async function packed(
  folder: string,
  files: Readonly<Record<string, object>>,
  version: string,
  wrongDigests: Readonly<Record<string, string>> = {},
): Promise<string> {
  const data = join(folder, "package/dist/providers/data");
  mkdirSync(data, { recursive: true });
  const digests: Record<string, string> = {};
  for (const file of Object.values(SOURCE_FILES).flat()) {
    const text = JSON.stringify(files[file] ?? {});
    writeFileSync(join(data, `${file}.json`), text);
    digests[`${file}.json`] = createHash("sha256").update(text).digest("hex");
  }
  const manifest = { generatedAt: "2026-12-01T10:00:00.000Z", files: { ...digests, ...wrongDigests } };
  writeFileSync(join(data, ".manifest.json"), JSON.stringify(manifest));
  writeFileSync(
    join(folder, "package/package.json"),
    JSON.stringify({ name: "@earendil-works/pi-ai", version }),
  );
  const tarball = join(folder, "source.tgz");
  await execa("tar", ["czf", tarball, "-C", folder, "package"]);
  return tarball;
}
