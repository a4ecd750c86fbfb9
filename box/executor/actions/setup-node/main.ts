import { dirname } from "node:path";
import { addPath, getInput, setFailed, setOutput } from "@actions/core";

const wanted = getInput("node-version").replace(/^v/, "").replace(/\.x$/, "");
const { version } = process;
if (wanted === "" || !`${version.slice(1)}.`.startsWith(`${wanted}.`)) {
  setFailed(`the box has Node ${version} only: \`node-version: ${wanted}\` cannot be had`);
} else {
  addPath(dirname(process.execPath));
  setOutput("node-version", version);
}
