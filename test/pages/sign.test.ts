import { describe, expect, it } from "vitest";
import { linkSigner } from "../../app/pages/sign.ts";

const NOW = Date.parse("2026-03-04T12:00:00Z");
const WEEK = 7 * 24 * 3_600_000;
const signer = linkSigner("a webhook secret");
const query = (text: string) => new URLSearchParams(text);

describe("signed links to runs", () => {
  it("open the run that they name, and no other", () => {
    const link = query(signer.query("ada/game", "c1", NOW));
    expect(signer.opens(link, "ada/game", "c1", NOW)).toBe("run");
    expect(signer.opens(link, "Ada/Game", "c1", NOW)).toBe("run");
    expect(signer.opens(link, "ada/game", "c2", NOW)).toBeNull();
    expect(signer.opens(link, "ada/other", "c1", NOW)).toBeNull();
    expect(signer.opens(link, "ada/game", null, NOW)).toBeNull();
  });

  it("open all runs of a repository when signed for the repository", () => {
    const link = query(signer.query("ada/game", null, NOW));
    expect(signer.opens(link, "ada/game", null, NOW)).toBe("repository");
    expect(signer.opens(link, "ada/game", "c2", NOW)).toBe("repository");
    expect(signer.opens(link, "ada/other", null, NOW)).toBeNull();
  });

  it("live for four weeks at least and five at most, and stay the same within a week", () => {
    const link = query(signer.query("ada/game", "c1", NOW));
    expect(signer.opens(link, "ada/game", "c1", NOW + 4 * WEEK)).toBe("run");
    expect(signer.opens(link, "ada/game", "c1", NOW + 5 * WEEK)).toBeNull();
    expect(signer.query("ada/game", "c1", NOW + 60_000)).toBe(signer.query("ada/game", "c1", NOW));
  });

  it.each([
    ["a later end", (link: URLSearchParams) => link.set("until", String(Number(link.get("until")) + 1))],
    ["an end that is no number", (link: URLSearchParams) => link.set("until", "NaN")],
    ["an end without limit", (link: URLSearchParams) => link.set("until", "Infinity")],
    ["a shorter signature", (link: URLSearchParams) => link.set("sig", link.get("sig")!.slice(0, 10))],
    ["no signature", (link: URLSearchParams) => link.delete("sig")],
  ])("are refused with %s", (_name, change) => {
    const link = query(signer.query("ada/game", "c1", NOW));
    change(link);
    expect(signer.opens(link, "ada/game", "c1", NOW)).toBeNull();
  });

  it("of another secret are refused, and no signature of a webhook passes for one", () => {
    const link = query(linkSigner("another").query("ada/game", "c1", NOW));
    expect(signer.opens(link, "ada/game", "c1", NOW)).toBeNull();
  });
});
