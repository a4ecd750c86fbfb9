/** What the live probe found, as doctor tells it. */
import type { SetupFinding } from "./caller-findings.ts";
import type { LiveReport } from "./live-probe.ts";

/** What this program cannot ask from outside; said, so that nobody takes it for probed. */
export const NOT_PROBED =
  "Not probed: what a job's own token and the runner's image allow. The first run tells: where its job may not write refs, or stages cannot be kept from its token, its summary says so.";

export function liveFindings(repository: string, { probes, left }: LiveReport): SetupFinding[] {
  const place = { file: repository };
  return [
    ...probes
      .filter(({ ok }) => !ok)
      .map(({ name, said }) => ({
        ...place,
        code: "LIVE_REFUSED",
        severity: "error" as const,
        title: `${name}: ${said}`,
        advice:
          "runs need refs under refs/attractor/: give the token contents write, and leave these refs out of the repository's rulesets",
      })),
    ...left.map((ref) => ({
      ...place,
      code: "LIVE_LEFT_BEHIND",
      severity: "error" as const,
      title: `${ref} could not be deleted`,
      advice: `git push https://github.com/${repository}.git :${ref}`,
    })),
  ];
}
