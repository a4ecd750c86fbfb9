/** Whose the trees are is said by whoever conducts, not by the process: two users side by side, and none forgotten. */
import { setTimeout as sleep } from "node:timers/promises";
import { expect, it } from "vitest";
import {
  commandAs,
  enclosed,
  steppedDown,
  type WorkUser,
  withWorkUser,
  workUser,
} from "../../engine/git/work-user.ts";

const user = (uid: number): WorkUser => ({
  ...{ uid, gid: uid, home: "/", inherited: {}, command: ["as", String(uid)] },
  enclose: async () => ({ command: [], end: async () => null }),
});

const line = async (): Promise<string> => {
  const { file, args } = steppedDown("git", ["status"], await enclosed());
  return [file, ...args].join(" ");
};

it("R-SEC-2: each command is of the user that its conductor named, whatever else the process does meanwhile", async () => {
  expect(workUser()).toBeNull();
  expect(await line()).toBe("git status");
  const later = (uid: number, ms: number) =>
    withWorkUser(user(uid), async () => {
      await sleep(ms);
      return await line();
    });
  const own = withWorkUser(null, async () => {
    await sleep(5);
    return await line();
  });
  expect(await Promise.all([later(7, 10), later(8, 1), own])).toEqual([
    "as 7 git status",
    "as 8 git status",
    "git status",
  ]);
});

it("R-SEC-2: once there is a stages' user, what names no user is refused and not run as the driver", async () => {
  withWorkUser(user(7), () => undefined);
  expect(() => workUser()).toThrow("whose trees");
  await expect(line()).rejects.toThrow("whose trees");
  expect(withWorkUser(null, () => workUser())).toBeNull();
  expect(commandAs(user(9), "rm", ["x"], { command: ["in"], end: async () => null })).toEqual({
    ...{ file: "in", args: ["as", "9", "rm", "x"] },
  });
});
