/** What the licences of bundled packages ask for: their texts, kept beside the code. */
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Metafile } from "esbuild";

const PACKAGE = /^(?:[a-z-]+:)?(.*node_modules\/(?:@[^/]+\/)?[^/]+)\//;

export function bundledLicenses({ outputs }: Metafile): string {
  const inside = Object.values(outputs).flatMap(({ inputs }) =>
    Object.entries(inputs).flatMap(([path, { bytesInOutput }]) => (bytesInOutput > 0 ? [path] : [])),
  );
  const folders = [...new Set(inside.flatMap((path) => PACKAGE.exec(path)?.[1] ?? []))].sort();
  return [
    "The files beside this one contain parts of these packages.\n",
    ...folders.map((folder) => noticeOf(folder)),
  ].join("\n");
}

function noticeOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8"));
  const file = readdirSync(folder).find((each) => /^(?:licen[cs]e|copying)/i.test(each));
  const notice = join(folder, "NOTICE");
  return [
    "-".repeat(80),
    `${name} ${version} (${license})\n`,
    file === undefined
      ? "The package brings no text of its licence."
      : readFileSync(join(folder, file), "utf8").trim(),
    ...(existsSync(notice) ? [readFileSync(notice, "utf8").trim()] : []),
    "",
  ].join("\n");
}
