import { describe, expect, it } from "vitest";
import { dispatch } from "./support/drive.ts";
import { refusal, town } from "./support/town.ts";

describe("a fault", () => {
  it("can strike before or after the deed", async () => {
    const { box, repository, bob, as, at } = await town();
    const on = "actions/create-workflow-dispatch" as const;
    box.faults.add({ kind: "error-before", on });
    expect((await refusal(dispatch(as(bob), at))).status).toBe(502);
    expect(repository.runs.size).toBe(0);
    box.faults.add({ kind: "error-after", on });
    expect((await refusal(dispatch(as(bob), at))).status).toBe(502);
    expect(repository.runs.size).toBe(1);
  });

  it("can lose the request or the answer on the way, which Octokit calls a 500", async () => {
    const { box, repository, bob, as, at } = await town();
    const on = "actions/create-workflow-dispatch" as const;
    box.faults.add({ kind: "drop-before", on });
    expect((await refusal(dispatch(as(bob), at))).status).toBe(500);
    expect(repository.runs.size).toBe(0);
    box.faults.add({ kind: "drop-after", on });
    expect((await refusal(dispatch(as(bob), at))).status).toBe(500);
    expect(repository.runs.size).toBe(1);
  });

  it("can be a secondary limit on the third write, once, with how long to wait", async () => {
    const { box, bob, as, at } = await town();
    box.faults.add({ kind: "secondary-limit", on: "writes", skip: 2, retryAfterSeconds: 7 });
    const write = () => as(bob).rest.git.createBlob({ ...at, content: "x" });
    await write();
    await write();
    await as(bob).rest.repos.get(at);
    expect((await refusal(write())).headers["retry-after"]).toBe("7");
    await write();
  });

  it("can be a token that just ended, on named operations, as often as told, until taken back", async () => {
    const { box, bob, as, at } = await town();
    box.faults.add({ kind: "bad-credentials", on: ["repos/get"], times: 2 });
    const read = () => as(bob).rest.repos.get(at);
    expect([(await refusal(read())).status, (await refusal(read())).status, (await read()).status]).toEqual([
      401, 401, 200,
    ]);
    const takeBack = box.faults.add({ kind: "error-before", on: "reads", times: 100 });
    expect((await refusal(read())).status).toBe(502);
    takeBack();
    await read();
  });

  it("strikes by chance in the same places for the same seed", async () => {
    const pattern = async (seed: number) => {
      const { box, bob, as, at } = await town({ seed });
      box.faults.add({ kind: "error-before", on: "reads", chance: 0.5, times: 100 });
      const reads = [];
      for (let n = 0; n < 12; n++)
        reads.push(
          await as(bob)
            .rest.repos.get(at)
            .then(
              () => ".",
              () => "x",
            ),
        );
      return reads.join("");
    };
    const [one, again, other] = [await pattern(3), await pattern(3), await pattern(4)];
    expect(one).toMatch(/x/);
    expect(again).toBe(one);
    expect(other).not.toBe(one);
  });

  it("is in the log of requests", async () => {
    const { box, bob, as, at } = await town();
    box.faults.add({ kind: "error-after", on: "repos/get" });
    await refusal(as(bob).rest.repos.get(at));
    expect(box.requests.at(-1)).toMatchObject({
      method: "GET",
      op: "repos/get",
      caller: `user ID ${bob.id}`,
      status: 502,
      fault: "error-after",
    });
  });
});
