import { describe, expect, it } from "vitest";
import { playSeed } from "./play.ts";

const SHARE_MS = 25_000;
const WHOLE = 10_000;

describe("seeded worlds with faults, many", () => {
  it("R-GH-6: fresh seeds hold as the known ones do", async () => {
    const share = process.env.ATTRACTOR_TESTS === "share";
    // A share plays new worlds each time; whatever breaks is printed with its seed.
    const from = share ? Math.floor(Date.now() / 1000) % 1_000_000_000 : 1_000;
    const until = Date.now() + SHARE_MS;
    let played = 0;
    for (; share ? Date.now() < until : played < WHOLE; played++) await playSeed(from + played);
    console.log(`${played} worlds from seed ${from}`);
    expect(played).toBeGreaterThan(0);
  });
});
