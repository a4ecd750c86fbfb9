import { writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { addPath, exportVariable, getInput, setFailed, setOutput } from "@actions/core";

const wanted = getInput("node-version").replace(/^v/, "").replace(/\.x$/, "");
const { version } = process;
if (wanted === "" || !`${version.slice(1)}.`.startsWith(`${wanted}.`)) {
  setFailed(`the box has Node ${version} only: \`node-version: ${wanted}\` cannot be had`);
} else {
  addPath(dirname(process.execPath));
  setOutput("node-version", version);
}

const registry = getInput("registry-url");
if (registry !== "") {
  const file = join(process.env.RUNNER_TEMP ?? "", ".npmrc");
  const { host, pathname } = new URL(registry);
  writeFileSync(
    file,
    `//${host}${pathname.replace(/\/?$/, "/")}:_authToken=\${NODE_AUTH_TOKEN}\nregistry=${registry}\n`,
  );
  exportVariable("NPM_CONFIG_USERCONFIG", file);
}
