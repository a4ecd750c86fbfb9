/**
 * The workflow that looks at open runs each hour: on while one is open, off when none is, so that an idle repository costs
 * no job (R-GH-18). Where it is missing or may not be switched, runs go on without it, and doctor tells.
 */
import { z } from "zod";
import { messageOf } from "../../engine/message-of.ts";
import { statusOf } from "../ledger/git-data.ts";
import type { GitHub } from "./request.ts";

export const CLOCK_FILE = "attractor-clock.yml";

export interface SweepSchedule {
  /** False where it is off, or is not there. */
  isOn(): Promise<boolean>;
  /** Neither rejects: no hop waits for it. */
  enable(): Promise<void>;
  disable(): Promise<void>;
}

const WORKFLOW = "/repos/{owner}/{repo}/actions/workflows/{workflow_id}";
const State = z.object({ state: z.string() });

const PLACE = { workflow_id: CLOCK_FILE };

/** As GitHub names it; null where it is not on the default branch. */
export async function clockState(github: GitHub): Promise<string | null> {
  try {
    return State.parse((await github.request(`GET ${WORKFLOW}`, PLACE)).data).state;
  } catch (error) {
    if (statusOf(error) === 404) return null;
    throw error;
  }
}

export async function switchClock(github: GitHub, how: "enable" | "disable"): Promise<void> {
  await (how === "enable"
    ? github.request(`PUT ${WORKFLOW}/enable`, PLACE)
    : github.request(`PUT ${WORKFLOW}/disable`, PLACE));
}

export function sweepSchedule(github: GitHub, tell: (problem: string) => void): SweepSchedule {
  const turn = async (how: "enable" | "disable"): Promise<void> => {
    try {
      await switchClock(github, how);
    } catch (error) {
      if (statusOf(error) === 404) return;
      const said = messageOf(error);
      tell(`${CLOCK_FILE} could not be ${how}d (${said}); ${MEANS[how]}`);
    }
  };
  return {
    async isOn() {
      try {
        return (await clockState(github)) === "active";
      } catch (error) {
        if (statusOf(error) === 403) return false;
        throw error;
      }
    },
    enable: () => turn("enable"),
    disable: () => turn("disable"),
  };
}

const MEANS = {
  enable: "if the next workflow run is lost, nobody notices before somebody comments",
  disable: "it goes on looking each hour, a job each time: disable it under Actions while no run is open",
};
