import { describe, expect, it } from "vitest";
import { type PreparedMachine, prepare } from "../../action/isolation/prepare-sandbox.ts";

/** A hosted runner's answers; every command that is run, and every file that is written. */
function machine(given: Partial<PreparedMachine> & { guard?: string; fails?: readonly string[] }) {
  const did: string[] = [];
  const written: Record<string, string> = {};
  const failing = [...(given.fails ?? [])];
  return {
    did,
    written,
    ports: {
      installed: false,
      read: async () => given.guard ?? Promise.reject(new Error("not there")),
      write: async (path: string, text: string) => {
        written[path] = text;
      },
      run: async (file: string, args: readonly string[]) => {
        did.push([file, ...args].join(" "));
        if (failing[0] !== file) return null;
        failing.shift();
        return `${file} failed`;
      },
      ...given,
    },
  };
}

const INSTALL = "apt-get install --yes --no-install-recommends bubblewrap";
const LOAD = "apparmor_parser --replace /etc/apparmor.d/attractor-bwrap";

describe("R-SEC-8: bubblewrap on a hosted runner", () => {
  it("is installed, and lets that one program make namespaces; the guard stays up", async () => {
    const { ports, did, written } = machine({ guard: "1\n" });
    expect(await prepare(ports)).toBeNull();
    expect(did).toEqual([INSTALL, LOAD]);
    const profile = written["/etc/apparmor.d/attractor-bwrap"];
    expect(profile).toContain("profile attractor-bwrap /usr/bin/bwrap flags=(unconfined) {\n  userns,\n}");
    expect(Object.keys(written)).toHaveLength(1);
    expect(did.join()).not.toMatch(/sysctl|echo 0/);
  });

  it("needs no profile where there is no guard, and no installation where it is there", async () => {
    const without = machine({ guard: "0\n" });
    expect(await prepare(without.ports)).toBeNull();
    expect(without.did).toEqual([INSTALL]);
    const there = machine({ guard: "1\n", installed: true });
    await prepare(there.ports);
    expect(there.did).toEqual([LOAD]);
    const old = machine({});
    expect(await prepare(old.ports)).toBeNull();
  });

  it("looks for packages anew once, and says what failed", async () => {
    const stale = machine({ guard: "1", fails: ["apt-get"] });
    expect(await prepare(stale.ports)).toBeNull();
    expect(stale.did).toEqual([INSTALL, "apt-get update", INSTALL, LOAD]);
    const away = machine({ guard: "1", fails: ["apt-get", "apt-get"] });
    expect(await prepare(away.ports)).toBe("apt-get failed");
    expect(away.did).toEqual([INSTALL, "apt-get update"]);
  });
});
