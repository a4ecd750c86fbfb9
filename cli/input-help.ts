/** What a graph wants to be given, for `attractor run GRAPH --help`. */
import { dirname, resolve } from "node:path";
import type { InputSpec } from "../engine/graph/input-specs.ts";
import { prepare } from "../engine/graph/prepare.ts";
import { promptReader } from "../engine/local/prompt-files.ts";

export function inputHelp(path: string, source: string): string {
  const { pipeline } = prepare(source, { readPrompt: promptReader(dirname(resolve(path))) });
  if (pipeline === null) return `${path} cannot run: see \`attractor validate ${path}\`\n`;
  const { name, label, goal, inputSpecs } = pipeline;
  const about = label || goal;
  const lines = inputSpecs.map((spec) => `  --input ${spec.key}=${wordFor(spec)}  ${told(spec)}\n`);
  const heading = `${name}${about === "" ? "" : `: ${about}`}\n`;
  return lines.length === 0 ? `${heading}It has no inputs.\n` : `${heading}Inputs:\n${lines.join("")}`;
}

const wordFor = ({ type }: InputSpec): string => (type === "secret" ? "VARIABLE" : type.toUpperCase());

function told({ type, label, choices, pattern, default: byDefault }: InputSpec): string {
  const parts = [
    label,
    type === "secret" ? "the name of the environment variable that holds it" : "",
    choices.length > 0 ? `one of ${choices.join(", ")}` : "",
    pattern === null ? "" : `matches ${pattern}`,
    byDefault === null ? "must be given" : `default ${JSON.stringify(byDefault)}`,
  ];
  return parts.filter((part) => part !== "").join("; ");
}
