import { describe, expect, it } from "vitest";
import { type BranchEnd, judgeJoin } from "../../engine/core/join.ts";
import type { ErrorPolicy, JoinPolicy } from "../../engine/graph/pipeline.ts";

const JOINS: readonly JoinPolicy[] = ["wait_all", "first_success", "k_of_n", "quorum"];
const ERRORS: readonly ErrorPolicy[] = ["continue", "fail_fast", "ignore"];

/** `s` success, `f` failure, `t` transient failure, `c` canceled. */
const ends = (text: string): BranchEnd[] =>
  [...text].map((each, i) => ({
    key: `b${i}`,
    status: each === "s" ? "success" : each === "c" ? "canceled" : "fail",
    class:
      each === "s" ? null : each === "c" ? "canceled" : each === "t" ? "transient_infra" : "deterministic",
    reason: each === "s" ? null : `reason ${i}`,
  }));
const verdict = (join: JoinPolicy, error: ErrorPolicy, text: string, total = text.length, k = 2) =>
  judgeJoin({ join, error, k }, total, ends(text));

describe("join policies", () => {
  it("R-FAN-4: whatever the policies, all good is success and none good is no success", () => {
    for (const join of JOINS) {
      for (const error of ERRORS) {
        expect(verdict(join, error, "sss")).toMatchObject({ decided: true, status: "success" });
        const none = verdict(join, error, "fff");
        expect(none).toMatchObject({ decided: true, status: "fail", class: "deterministic" });
        for (const cause of ["reason 0", "reason 1", "reason 2"])
          expect(JSON.stringify(none)).toContain(cause);
        expect(verdict(join, error, "ccc")).toMatchObject({ decided: true, status: "canceled" });
        expect(verdict(join, error, "ttt")).toMatchObject({
          decided: true,
          status: "fail",
          class: "transient_infra",
        });
      }
    }
  });

  it("R-FAN-4: one failure among three, policy by policy", () => {
    const status = (join: JoinPolicy, error: ErrorPolicy) => {
      const v = verdict(join, error, "sfs");
      return v.decided ? v.status : "open";
    };
    expect(JOINS.map((join) => ERRORS.map((error) => status(join, error)))).toEqual([
      ["partial_success", "fail", "success"],
      ["success", "success", "success"],
      ["success", "success", "success"],
      ["success", "success", "success"],
    ]);
  });

  it("R-FAN-4: one success among three: k and quorum miss, and the reason names what was needed", () => {
    const missed = verdict("k_of_n", "continue", "sff");
    expect(missed).toMatchObject({ decided: true, status: "fail" });
    expect(JSON.stringify(missed)).toContain("2 were needed");
    expect(verdict("quorum", "continue", "sff")).toMatchObject({ status: "fail" });
    // Failed branches are out of the count: one of one that counts is a quorum.
    expect(verdict("quorum", "ignore", "sff")).toMatchObject({ status: "success" });
    expect(verdict("wait_all", "continue", "sff")).toMatchObject({ status: "partial_success" });
  });

  it("R-FAN-9: says when the rest need not go on, and only then", () => {
    const stops = (join: JoinPolicy, error: ErrorPolicy, text: string) => {
      const v = verdict(join, error, text, 4);
      return v.decided ? "decided" : v.stopRest !== null;
    };
    expect(stops("first_success", "continue", "s")).toBe(true);
    expect(stops("first_success", "continue", "f")).toBe(false);
    expect(stops("k_of_n", "continue", "s")).toBe(false);
    expect(stops("k_of_n", "continue", "ss")).toBe(true);
    expect(stops("wait_all", "fail_fast", "f")).toBe(true);
    expect(stops("wait_all", "continue", "sf")).toBe(false);
    expect(stops("wait_all", "ignore", "ff")).toBe(false);
  });

  it("an empty fan-out is joined at once", () => {
    for (const join of JOINS)
      expect(verdict(join, "continue", "", 0)).toMatchObject({ decided: true, status: "success" });
  });
});
