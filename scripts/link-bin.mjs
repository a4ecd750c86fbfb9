// Makes `npx attractor` work inside this checkout, where npm links no bin of the root package itself.
import { existsSync, rmSync, symlinkSync } from "node:fs";

const link = new URL("../node_modules/.bin/attractor", import.meta.url);
if (existsSync(new URL("../node_modules/.bin/", import.meta.url))) {
  rmSync(link, { force: true });
  symlinkSync("../../cli/attractor.mjs", link);
}
