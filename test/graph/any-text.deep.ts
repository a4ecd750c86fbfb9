import { describe } from "vitest";
import { readAnyText } from "./any-text.ts";

describe("any text is a graph or an error with its place", () => {
  readAnyText(process.env.ATTRACTOR_TESTS === "share" ? 3 : 20);
});
