/** Before a release: the tag is the package's version, and the changelog has a part for it, which is printed. */
import { readFileSync } from "node:fs";
import pkg from "../package.json" with { type: "json" };

const tag = process.argv[2] ?? "";
const changelog = readFileSync(new URL("../CHANGELOG.md", import.meta.url), "utf8");
const part = changelog
  .split(/^## /m)
  .find((text) => text.startsWith(`${pkg.version}\n`) || text.startsWith(`${pkg.version} `));

if (tag !== `v${pkg.version}`) {
  console.error(`the tag is ${tag}, and package.json says ${pkg.version}: set one of them right`);
  process.exitCode = 1;
} else if (part === undefined) {
  console.error(`CHANGELOG.md has no part "## ${pkg.version}": give "Unreleased" that title`);
  process.exitCode = 1;
} else console.log(part.slice(part.indexOf("\n")).trim());
