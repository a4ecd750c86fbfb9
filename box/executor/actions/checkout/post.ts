/** Takes the token back out of the checkout. */
import { execFileSync } from "node:child_process";
import { existsSync, rmSync } from "node:fs";
import { getState } from "@actions/core";

const credentials = getState("credentials");
const folder = getState("folder");
if (credentials !== "" && existsSync(credentials)) {
  rmSync(credentials);
  if (existsSync(folder)) {
    execFileSync("git", ["config", "--local", "--unset-all", getState("include")], { cwd: folder });
  }
}
