import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { parseStatus, describe as told } from "../../../engine/stages/status/parse.ts";

const parse = (content: string | Uint8Array, routed: string[] = []) =>
  parseStatus(
    "/s/status.json",
    typeof content === "string" ? Buffer.from(content) : content,
    new Set(routed),
  );
const accepted = (content: object, routed: string[] = []) => {
  const parsed = parse(JSON.stringify(content), routed);
  if (!parsed.ok) throw new Error(told(parsed.report));
  return parsed;
};
const refused = (content: string | Uint8Array, routed: string[] = []) => {
  const parsed = parse(content, routed);
  if (parsed.ok) throw new Error("was accepted");
  return told(parsed.report);
};

describe("a valid status", () => {
  it("is taken whole", () => {
    const content = {
      status: "retry",
      preferred_label: "Again",
      suggested_next_ids: ["a"],
      context_updates: { "nested.key": [1, { x: null }] },
      notes: "n",
      failure_reason: "r",
      failure_class: "transient_infra",
      failure_signature: "s",
    };
    const parsed = accepted(content);
    expect(parsed.outcome).toEqual(content);
    expect(parsed.legacy).toBe(false);
    expect(parsed.unknown).toEqual({});
  });

  it("null and empty text are as good as absent", () => {
    const parsed = accepted({
      status: "success",
      failure_reason: "",
      preferred_label: null,
      context_updates: null,
    });
    expect(parsed.outcome).toEqual({ status: "success" });
  });

  it("R-STAT-6: unknown fields are kept", () => {
    const verification = { status: "passed", commands: [{ command: "make", exit_code: 0 }] };
    expect(accepted({ status: "success", verification, extra: 1 }).unknown).toEqual({
      verification,
      extra: 1,
    });
  });
});

describe("older files", () => {
  it("R-STAT-6: an `outcome` with its own label field is read as a status", () => {
    const parsed = accepted({ outcome: "success", preferred_next_label: "Go", notes: "n" });
    expect(parsed).toMatchObject({
      legacy: true,
      outcome: { status: "success", preferred_label: "Go", notes: "n" },
    });
  });

  it("R-STAT-6: old spellings of a status mean what they meant", () => {
    for (const [written, status] of [
      ["ok", "success"],
      ["SUCCESS", "success"],
      ["skip", "skipped"],
      ["degraded_success", "partial_success"],
    ]) {
      expect(accepted({ outcome: written }).outcome.status).toBe(status);
    }
    for (const written of ["failure", "error", "FAIL"]) {
      expect(accepted({ status: written, failure_reason: "r" }).outcome.status).toBe("fail");
    }
  });

  it("R-STAT-6: a failure's reason is found in its details, else its notes", () => {
    const reason = (rest: object) => accepted({ outcome: "fail", ...rest }).outcome.failure_reason;
    expect(reason({ details: "why" })).toBe("why");
    expect(reason({ details: ["a", { message: "b" }], notes: "n" })).toBe("a; b");
    expect(reason({ details: { error: { reason: "deep" } } })).toBe("deep");
    expect(reason({ details: { code: 7 } })).toBe('{"code":7}');
    expect(reason({ details: "", notes: "n" })).toBe("n");
    expect(reason({ failure_reason: "own", details: "why" })).toBe("own");
  });

  it("R-STAT-6: class and signature are found where older files put them, and do not stay in the context", () => {
    const updates = { failure_class: "transient_infra", failure_signature: "sig", kept: 1 };
    expect(accepted({ status: "fail", failure_reason: "r", context_updates: updates }).outcome).toEqual({
      status: "fail",
      failure_reason: "r",
      failure_class: "transient_infra",
      failure_signature: "sig",
      context_updates: { kept: 1 },
    });
    const meta = { failure_class: "structural" };
    expect(accepted({ status: "fail", failure_reason: "r", meta }).outcome.failure_class).toBe("structural");
  });

  it("a status and an outcome that disagree are refused", () => {
    expect(refused('{"status": "success",\n "outcome": "fail"}')).toBe(
      '/s/status.json:2:2: outcome: it says status "success" and outcome "fail"; keep only the status',
    );
    expect(accepted({ status: "success", outcome: "ok" }).outcome.status).toBe("success");
  });
});

describe("a failure without a reason", () => {
  it("R-FAIL-2: gets one that names the file and what stood there, never the bare generic text", () => {
    for (const status of ["fail", "retry"]) {
      const { failure_reason } = accepted({ status, exit: 3 }).outcome;
      expect(failure_reason).toBe(
        `/s/status.json says "${status}" and gives no failure_reason; it holds: {"status":"${status}","exit":3}`,
      );
      expect(failure_reason).not.toContain("must be non-empty");
    }
  });
});

describe("statuses of one's own", () => {
  it("R-STAT-9: any other word is a custom outcome", () => {
    for (const status of ["needs_work", "done", "approved", "has-dod"]) {
      expect(accepted({ status }).outcome.status).toBe(status);
    }
  });

  it("R-STAT-9: a near miss is an error with the right spelling, unless the graph routes on that very word", () => {
    expect(refused('{"status": "sucess"}')).toBe(
      '/s/status.json:1:2: status: "sucess" is not a status; write "success"',
    );
    expect(refused('{"outcome": "fails"}')).toContain('write "fail"');
    expect(refused('{"status": "retyr"}')).toContain('write "retry"');
    expect(accepted({ status: "fails" }, ["fails"]).outcome.status).toBe("fails");
  });

  it("a blank, an essay or a control character is no status", () => {
    expect(refused('{"status": "  "}')).toContain("blank");
    expect(refused(JSON.stringify({ status: "I think it went well. ".repeat(9) }))).toContain(
      "one short word",
    );
    expect(refused('{"status": "a\\u0000b"}')).toContain("one short word");
  });
});

describe("what breaks the contract", () => {
  it("R-STAT-2: is told with file, line, column and field", () => {
    expect(refused('{\n  "status": "success",\n  "suggested_next_ids": "b"\n}')).toMatch(
      /^\/s\/status\.json:3:3: suggested_next_ids: .*expected array/,
    );
    expect(refused('{\n  "status": "success"\n  "notes": "n"\n}')).toBe(
      "/s/status.json:3:3: expected `,` or `}`, found a string (or one that does not end)",
    );
    expect(refused('{"status": "success", "context_updates": {"a": 1}')).toContain("the file ends where");
    expect(refused("```json\n{}\n```")).toBe("/s/status.json:1:1: expected a value, found ````json`");
    expect(refused('["success"]')).toBe("/s/status.json:1:1: expected an object, found a list");
    expect(refused('{"notes": "n"}')).toBe("/s/status.json: it has no `status`");
    expect(refused("  \n")).toBe("/s/status.json: it is empty");
    expect(refused('{"status": "fail", "status": "success"}')).toContain(
      '"status" stands here a second time',
    );
  });

  it("R-STAT-2: nothing of it is half accepted", () => {
    expect(refused('{"status": "fail", "failure_reason": {"not": "text"}}')).toContain("failure_reason");
    expect(refused('{"status": "success", "context_updates": [1]}')).toContain("context_updates");
  });

  it("R-CTX-4: includes a context value over the limit, by key and size", () => {
    const content = JSON.stringify({
      status: "success",
      context_updates: { big: "x".repeat(102_401), small: 1 },
    });
    expect(refused(content)).toMatch(
      /context_updates: the value of "big" has 102403 bytes, a context value at most 102400/,
    );
    expect(
      accepted({ status: "success", context_updates: { big: "x".repeat(102_398) } }).outcome.status,
    ).toBe("success");
  });

  it("hostile bytes are refused, not followed: wrong encoding, bottomless nesting, prototype keys", () => {
    expect(refused(Buffer.from([0x7b, 0xff, 0x7d]))).toContain("not UTF-8");
    expect(refused(`{"status":"success","x":${"[".repeat(200_000)}`)).toContain(
      "nested deeper than 64 levels",
    );
    const parsed = parse(
      '{"status":"success","__proto__":{"polluted":1},"context_updates":{"__proto__":{"polluted":1}}}',
    );
    expect(parsed.ok).toBe(true);
    expect(({} as { polluted?: number }).polluted).toBeUndefined();
    expect(parsed.ok && (parsed.outcome as { polluted?: number }).polluted).toBeUndefined();
  });

  it("text of any kind is either accepted or reported, never thrown at", () => {
    fc.assert(
      fc.property(fc.oneof(fc.json(), fc.string()), (text) => ["boolean"].includes(typeof parse(text).ok)),
    );
  });
});
