/** Writes the reference pages that are made from code: `node scripts/docs.ts`. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { decisions, decisionsPage } from "./docs-decisions.ts";
import { graphPictures, graphsFolder } from "./docs-graphs.ts";
import { askedPages, referencePages } from "./docs-pages.ts";
import { requirementsFile, testsOfRequirements, withTests } from "./docs-requirements.ts";
import { RUN_PICTURE, runPicture } from "./docs-run-picture.ts";

const reference = new URL("../docs/reference/", import.meta.url);
for (const made of ["lint/", "findings/"]) rmSync(new URL(made, reference), { recursive: true, force: true });
for (const [path, text] of [...referencePages(), ...(await askedPages())]) {
  const file = fileURLToPath(new URL(path, reference));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, text);
}
writeFileSync(requirementsFile, withTests(readFileSync(requirementsFile, "utf8"), testsOfRequirements()));

for (const [path, svg] of await graphPictures()) writeFileSync(`${graphsFolder}${path}`, svg);

writeFileSync(RUN_PICTURE, await runPicture());

const folder = fileURLToPath(new URL("../docs/decisions/", import.meta.url));
writeFileSync(`${folder}README.md`, decisionsPage(decisions(folder)));
