import { expect, it } from "vitest";
import { nearest } from "../../engine/config/nearest.ts";

it("one slip in a short word and two in a longer one still name what was meant", () => {
  const statuses = ["success", "partial_success", "retry", "fail", "skipped"];
  for (const [written, meant] of [
    ["sucess", "success"],
    ["scucess", "success"],
    ["retyr", "retry"],
    ["FAIL", "fail"],
    ["fial", "fail"],
    ["partial_sucess", "partial_success"],
    ["partialsuccess", "partial_success"],
  ]) {
    expect([written, nearest(written!, statuses)]).toEqual([written, meant]);
  }
});

it("words of their own are near nothing, whatever their length", () => {
  const statuses = ["success", "retry", "fail"];
  for (const own of ["done", "needs_work", "approved", "pass", "x".repeat(100_000)]) {
    expect(nearest(own, statuses)).toBeNull();
  }
});
