import { describe, expect, it } from "vitest";
import { findings, graphOf, places } from "./findings.ts";

const gate = (choice: string, edges = 'g -> exit [label="[Y] Yes"]; g -> a [label="[N] No"]'): string =>
  graphOf(
    `  a [prompt="x"]\n  g [shape=hexagon, human.default_choice="${choice}"]\n  start -> a -> g; ${edges}`,
  );

describe("the default of a gate", () => {
  it.each(["Yes", "yes", "[Y] Yes", "y", "exit", "No", "n", "a"])(
    "R-EASE-4: %s is one of its choices",
    (choice) => {
      expect(places(gate(choice), "default_choice_offered")).toEqual([]);
    },
  );

  it("R-EASE-4: that is none of its choices is an error, with what was meant", () => {
    expect(findings(gate("Maybe"), "default_choice_offered")).toMatchObject([
      {
        severity: "error",
        message: 'human.default_choice "Maybe" is none of the choices of g: "[Y] Yes", "[N] No"',
      },
    ]);
    const slip = gate("Aprove", 'g -> exit [label="Approve"]; g -> a [label="Reject"]');
    expect(findings(slip, "default_choice_offered")).toMatchObject([{ fix: "write Approve" }]);
  });

  it("R-EASE-4: may be no edge that waits for the gate to fail, and no key of two choices", () => {
    const late = 'g -> exit [label="Yes"]; g -> a [label="Late", condition="outcome=fail"]';
    expect(places(gate("Late", late), "default_choice_offered")).toEqual(["error g"]);
    const twins = 'g -> exit [label="Send"]; g -> a [label="Stop"]';
    expect(places(gate("S", twins), "default_choice_offered")).toEqual(["error g"]);
  });

  it("of a gate without choices is left to another rule", () => {
    expect(places(gate("Yes", "a -> exit"), "default_choice_offered")).toEqual([]);
  });
});
