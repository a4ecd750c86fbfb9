/** What a killed process left in memory goes with the next start, and nothing else does. */
import { execFileSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readlinkSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { expect, it } from "vitest";
import { memoryFolder, removeLeft } from "../../engine/stages/memory-folder.ts";

/** Of a process that has ended. */
const ENDED = execFileSync(process.execPath, ["-p", "process.pid"], { encoding: "utf8" }).trim();

it.runIf(process.platform === "linux")(
  "folders of processes that are gone are removed, and neither links nor those of the living or of elsewhere",
  () => {
    const place = mkdtempSync(join(tmpdir(), "memory-"));
    const here = /\d+/.exec(readlinkSync("/proc/self/ns/pid"))![0];
    const add = (name: string): string => {
      const path = join(place, name);
      mkdirSync(path);
      writeFileSync(join(path, "start-0"), "secret");
      return path;
    };
    const killed = add(`attractor-pipes-${here}-${ENDED}-7-abcDEF`);
    const numberGivenAgain = add(`attractor-pipes-${here}-${process.pid}-7-abcDEF`);
    const alive = add(basename(memoryFolder()));
    const elsewhere = add(`attractor-pipes-1-${ENDED}-7-abcDEF`);
    const others = [
      add(`attractor-pipes-${here}-${ENDED}-7-abcDEF.d`),
      add("attractor-pipes-abcDEF"),
      add("x"),
    ];
    const file = join(place, `attractor-pipes-${here}-${ENDED}-8-abcDEF`);
    writeFileSync(file, "no folder");
    const link = join(place, `attractor-pipes-${here}-${ENDED}-9-abcDEF`);
    symlinkSync(elsewhere, link);
    symlinkSync(elsewhere, join(numberGivenAgain, "to-elsewhere"));
    removeLeft(place);
    expect([killed, numberGivenAgain].filter((path) => existsSync(path))).toEqual([]);
    const kept = [alive, elsewhere, ...others, file, link];
    expect(kept.filter((path) => !existsSync(path))).toEqual([]);
    expect(existsSync(join(elsewhere, "start-0"))).toBe(true);
  },
);
