import { plural } from "../../report/units.ts";
import type { SessionFacts } from "../facts/facts.ts";
import type { Found } from "../finding.ts";
import type { FindingKind } from "./kind.ts";
import { inBranch, some } from "./words.ts";

export const patchFormatErrors: FindingKind = {
  code: "PATCH_FORMAT_ERRORS",
  title: "A model sends patches in a format that the tool does not take",
  explain:
    "At least two calls of apply_patch in a branch failed for their form. Each costs a turn and changes nothing. Other failed tool calls of the same stages are counted beside them. One such error that the model corrected is no finding.",
  fix: "Give the stage another model or provider, or a tool set with edit_file. Agents of this engine take unified diffs for what they mean.",
  look: (facts) =>
    [...Map.groupBy(facts.sessions, ({ branch }) => branch)].flatMap(([branch, sessions]) => {
      const patches = sum(sessions, "patch");
      return patches < 2 ? [] : [found(branch, sessions, patches)];
    }),
};

type Errors = keyof SessionFacts["errors"];
const sum = (sessions: readonly SessionFacts[], what: Errors): number =>
  sessions.reduce((all, { errors }) => all + errors[what], 0);

function found(branch: string, sessions: readonly SessionFacts[], patches: number): Found {
  const told = sessions.filter(({ errors }) => errors.total > 0);
  const [total, compile, missing] = [sum(told, "total"), sum(told, "compile"), sum(told, "missing")];
  return {
    severity: "warning",
    title: `${patches} patches were refused for their form${inBranch(branch)}`,
    evidence: told.map(oneStage).join("; "),
    advice: `use another model for ${some(told.map(({ node }) => node))}, or one whose tools are not patches`,
    where: told.map(({ file, node }) => ({ file, node, ...(branch === "" ? {} : { branch }) })),
    numbers: { total, patch: patches, compile, missing },
  };
}

function oneStage({ node, errors, missingFiles }: SessionFacts): string {
  const kinds = [
    [errors.patch, "of the patch format"],
    [errors.compile, "of the compiler"],
    [
      errors.missing,
      `for a missing file${missingFiles.size === 0 ? "" : ` (${some([...missingFiles], 3)})`}`,
    ],
  ] as const;
  const told = kinds.filter(([n]) => n > 0).map(([n, what]) => `${n} ${what}`);
  return `${node}: ${plural(errors.total, "failed tool call")}${told.length === 0 ? "" : `, ${told.join(", ")}`}`;
}
