/** What the live probe found, as doctor tells it. */
import { NoStageUserError } from "../../action/isolation/no-stage-user.ts";
import { ASSUMED, type Assumed, type Seen } from "./acceptance/assumptions.ts";
import type { SetupFinding } from "./caller-findings.ts";
import type { LiveReport } from "./live-probe.ts";

/** By the end of a probe's name; the rest is about refs. */
const ADVICE: readonly (readonly [RegExp, string])[] = [
  [
    /\bpermissions$/,
    "install the app in the repository, and accept what it asks for on the installation's page",
  ],
  [/\bstages$/, new NoStageUserError("").fix],
  [/\bjob$/, "fix what its page tells, or what doctor tells of the caller, and probe again"],
];
const ABOUT_REFS =
  "runs need refs under refs/attractor/: give the token contents write, and leave these refs out of the repository's rulesets";

const adviceOn = (name: string): string => ADVICE.find(([about]) => about.test(name))?.[1] ?? ABOUT_REFS;

export function liveFindings(
  repository: string,
  { probes, left, acceptance, interrupted }: LiveReport,
): SetupFinding[] {
  const place = { file: repository };
  const still = (title: string, advice: string): SetupFinding => ({
    ...place,
    code: "LIVE_LEFT_BEHIND",
    severity: "error",
    title,
    advice,
  });
  return [
    ...probes
      .filter(({ ok }) => !ok)
      .map(({ name, said }) => ({
        ...place,
        code: "LIVE_REFUSED",
        severity: "error" as const,
        title: `${name}: ${said}`,
        advice: adviceOn(name),
      })),
    ...(acceptance?.seen ?? [])
      .filter(({ as }) => as === false)
      .map((one) => ({ ...place, ...differs(one) })),
    ...(acceptance?.ended == null || interrupted ? [] : [{ ...place, ...unfinished(acceptance.ended) }]),
    ...left.refs.map((ref) =>
      still(`${ref} could not be deleted`, `git push https://github.com/${repository}.git :${ref}`),
    ),
    ...left.runs.map((url) =>
      still(`the probe's workflow run ${url} is still there`, "delete it on its page once it is read"),
    ),
    ...left.workflows.map((name) =>
      still(`${name} was switched off and could not be switched on again`, `gh workflow enable ${name}`),
    ),
  ];
}

function differs({ row, seen }: Seen): Omit<SetupFinding, "file"> {
  const { says, otherwise, harmless }: Assumed = ASSUMED[row];
  const title = `${row}: assumed that ${says}; seen: ${seen}`;
  return { code: "LIVE_DIFFERS", severity: harmless ? "warning" : "error", title, advice: otherwise };
}

const unfinished = (why: string): Omit<SetupFinding, "file"> => ({
  code: "LIVE_UNFINISHED",
  severity: "error",
  title: `the graphs of --accept were not run to their end: ${why}`,
  advice:
    "what it was waiting for is in that sentence; a busy runner or another run may be the cause, so try again",
});
