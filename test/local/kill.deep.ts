/** Hundreds of killed runners; with ATTRACTOR_TESTS=share as many as fit into half a minute, freshly seeded. */
import { expect, it } from "vitest";
import { surviveKills } from "./kill-world.ts";

const share = process.env.ATTRACTOR_TESTS === "share";
const SHARE_MS = 30_000;
const RUNS = 200;

it("R-CKPT-4, R-LIFE-4: killed at random moments and resumed, a run ends as if it had not been", async () => {
  const first = share ? Math.floor(Math.random() * 1e9) : 1;
  const until = performance.now() + (share ? SHARE_MS : Number.POSITIVE_INFINITY);
  let kills = 0;
  let began = 0;
  let resumes = 0;
  let runs = 0;
  while (runs < RUNS && performance.now() < until) {
    const survived = await surviveKills(first + runs);
    kills += survived.kills;
    if (survived.began) began++;
    resumes += survived.resumes;
    runs++;
  }
  console.log(`${runs} runs from seed ${first}: ${kills} kills, ${began} had begun, ${resumes} resumes`);
  expect(began).toBeGreaterThan(runs / 2);
  expect(resumes).toBeGreaterThan(runs / 4);
});
