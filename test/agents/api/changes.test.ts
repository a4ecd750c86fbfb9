import { execFileSync } from "node:child_process";
import { readFileSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { readFile } from "../../../engine/agents/api/tool-host/read.ts";
import { grep } from "../../../engine/agents/api/tool-host/search.ts";
import { applyPatch, editFile, writeFile } from "../../../engine/agents/api/tool-host/write.ts";
import { place } from "./place.ts";

describe("AL-9.4: what file tools leave as it is", () => {
  it("git's own files are neither changed, moved nor deleted by a patch, of whatever repository, and nothing else is by then", async () => {
    const at = place({
      "a.txt": "one\n",
      ".git": "gitdir: x\n",
      "sub/.git/config": "[core]\n",
      "B/.GIT": "x\n",
    });
    const first = "*** Update File: a.txt\n@@\n-one\n+two\n";
    for (const change of [
      "*** Delete File: .git",
      "*** Update File: .git\n*** Move to: gone",
      "*** Update File: a.txt\n*** Move to: sub/.git/hooks/pre-commit",
      "*** Add File: sub/.git/hooks/pre-commit\n+#!/bin/sh",
      "*** Delete File: B/.GIT",
    ])
      await expect(
        applyPatch(at, `*** Begin Patch\n${first}${change}\n*** End Patch`),
        change,
      ).rejects.toThrow(/belongs to git/);
    expect(readFileSync(join(at.root, "a.txt"), "utf8")).toBe("one\n");
    expect(readFileSync(join(at.root, ".git"), "utf8")).toBe("gitdir: x\n");
    await expect(writeFile(at, { path: "sub/.git/config", content: "x" })).rejects.toThrow(/belongs to git/);
  });

  it("a file that is not in UTF-8 is not edited: its other bytes would not stay as they are", async () => {
    const at = place();
    const bytes = Buffer.from("caf\xe9 one\nnext\n", "latin1");
    writeFileSync(join(at.root, "latin.txt"), bytes);
    const patch = "*** Begin Patch\n*** Update File: latin.txt\n@@\n-next\n+last\n*** End Patch";
    await expect(editFile(at, { path: "latin.txt", old_string: "one", new_string: "two" })).rejects.toThrow(
      /latin.txt is not in UTF-8/,
    );
    await expect(applyPatch(at, patch)).rejects.toThrow(/latin.txt is not in UTF-8/);
    expect(readFileSync(join(at.root, "latin.txt"))).toEqual(bytes);
    expect(await readFile(at, { path: "latin.txt", offset: 2 })).toBe("2\tnext");
    await applyPatch(at, "*** Begin Patch\n*** Delete File: latin.txt\n*** End Patch");
  });

  it("lines of both ends stay as they are, edited or patched", async () => {
    const at = place({ "a.txt": "one\r\ntwo\nthree\nfour" });
    await editFile(at, { path: "a.txt", old_string: "two\nthree", new_string: "2\n3" });
    await applyPatch(at, "*** Begin Patch\n*** Update File: a.txt\n@@\n 2\n-3\n+drei\n*** End Patch");
    expect(readFileSync(join(at.root, "a.txt"), "utf8")).toBe("one\r\n2\ndrei\nfour");
    await applyPatch(at, "*** Begin Patch\n*** Update File: a.txt\n@@\n four\n+five\n*** End Patch");
    expect(readFileSync(join(at.root, "a.txt"), "utf8")).toBe("one\r\n2\ndrei\nfour\nfive");
  });

  it("a named file that cannot be searched says so, in place of finding nothing", async () => {
    const at = place({ bin: "a\0b" });
    await expect(grep(at, { pattern: "b", path: "bin" })).rejects.toThrow(/binary file/);
    execFileSync("mkfifo", [join(at.root, "pipe")]);
    await expect(grep(at, { pattern: "b", path: "pipe" })).rejects.toThrow(/no ordinary file/);
    expect(await grep(at, { pattern: "b" })).toBe("nothing matches b");
  });

  it("what is too large to be read is refused before it is", async () => {
    const at = place({ huge: "" });
    truncateSync(join(at.root, "huge"), 5 * 2 ** 30);
    await expect(readFile(at, { path: "huge" })).rejects.toThrow(/has 5368709120 bytes, too many to read/);
    await expect(grep(at, { pattern: "x", path: "huge" })).rejects.toThrow(/too many to read/);
  });
});
