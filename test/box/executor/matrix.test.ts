import { describe, expect, it } from "vitest";
import { plainOf } from "../../../box/executor/expressions/data.ts";
import { expandMatrix, legName } from "../../../box/executor/workflow/matrix.ts";

const expand = (matrix: unknown) => expandMatrix(plainOf(matrix)).map((leg) => ({ ...leg.matrix }));
const labels = (matrix: unknown) => expandMatrix(plainOf(matrix)).map(({ label }) => label);

describe("a matrix", () => {
  it("is a cross product whose last vector turns fastest", () => {
    expect(labels({ os: ["linux", "mac"], n: [1, 2] })).toEqual(["linux, 1", "linux, 2", "mac, 1", "mac, 2"]);
  });

  it("loses what an exclude matches in part", () => {
    expect(expand({ os: ["linux", "mac"], n: [1, 2], exclude: [{ os: "mac" }] })).toEqual([
      { os: "linux", n: 1 },
      { os: "linux", n: 2 },
    ]);
  });

  it("adds an include's further values to the legs it matches, and to no name", () => {
    const matrix = { os: ["linux", "mac"], include: [{ os: "mac", sign: true }, { color: "green" }] };
    expect(expand(matrix)).toEqual([
      { os: "linux", color: "green" },
      { os: "mac", sign: true, color: "green" },
    ]);
    expect(labels(matrix)).toEqual(["linux", "mac"]);
  });

  it("makes a leg of its own from an include that matches none", () => {
    expect(expand({ os: ["linux"], include: [{ os: "solaris", n: 1 }] })).toEqual([
      { os: "linux" },
      { os: "solaris", n: 1 },
    ]);
  });

  it("consists of its includes alone when there is no vector", () => {
    expect(expand({ include: [{ id: "a" }, { id: "b" }] })).toEqual([{ id: "a" }, { id: "b" }]);
  });

  it("compares nested values leaf by leaf", () => {
    const matrix = {
      v: [
        { node: 12, npm: 6 },
        { node: 14, npm: 6 },
      ],
      exclude: [{ v: { node: 12 } }],
    };
    expect(expand(matrix)).toEqual([{ v: plainOf({ node: 14, npm: 6 }) }]);
  });

  it("is an error when it is empty (Matrix must define at least one vector)", () => {
    expect(() => expand({ include: [] })).toThrow("Matrix must define at least one vector");
    expect(() => expand({})).toThrow("Matrix must define at least one vector");
    expect(() => expand({ os: [] })).toThrow("Matrix vector 'os' does not contain any values");
  });

  it("is an error when a vector is no list, as a forgotten fromJSON leaves it", () => {
    expect(() => expand({ include: '[{"id":"a"}]' })).toThrow("Matrix include must be a sequence");
    expect(() => expand({ os: "linux" })).toThrow("Matrix vector 'os' must be a sequence");
  });

  it("is an error when an exclude names a key that no vector has", () => {
    expect(() => expand({ os: ["linux"], exclude: [{ arch: "arm" }] })).toThrow(
      "Matrix exclude key 'arch' does not match any key within the matrix",
    );
  });

  it("stops at 256 legs", () => {
    const ids = Array.from({ length: 257 }, (_, id) => ({ id }));
    expect(expand({ include: ids.slice(1) })).toHaveLength(256);
    expect(() => expand({ include: ids })).toThrow(/257 jobs; GitHub allows 256/);
  });

  it("cuts names at a hundred characters", () => {
    expect(legName("job", "x".repeat(200))).toHaveLength(100);
  });
});
