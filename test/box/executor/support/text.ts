import { readFileSync } from "node:fs";

/** Lines that steps print for the tests, `SAY …`, in order. */
export const saidIn = (log: string): readonly string[] =>
  log
    .split("\n")
    .filter((line) => line.startsWith("SAY "))
    .map((line) => line.slice(4));

/** A workflow of one job `job` with these steps. */
export const oneJob = (steps: string, extra = ""): string => `
on: workflow_dispatch
jobs:
  job:
    runs-on: ubuntu-latest
${indent(extra, 4)}
    steps:
${indent(steps, 6)}
`;

const indent = (text: string, by: number): string =>
  text
    .split("\n")
    .map((line) => (line.trim() === "" ? "" : " ".repeat(by) + line))
    .join("\n");

/** Whether a process works; one that is dead and waits for its parent does not. */
export function works(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
