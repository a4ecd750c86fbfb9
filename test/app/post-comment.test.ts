import { expect, it } from "vitest";
import { gitHub } from "../../github/api/request.ts";
import { postComment, postIfTaken } from "../../github/notify/post-comment.ts";

const answering = (status: number) =>
  gitHub(
    {
      request: async () => {
        if (status >= 400) throw Object.assign(new Error(`HTTP ${status}`), { status });
        return { status, data: {} };
      },
    },
    "ada/game",
  );

it("what was taken stays taken where the conversation is locked; a fault that passes is tried again", async () => {
  for (const status of [201, 403, 404, 410, 422]) await postIfTaken(answering(status), 7, "it goes on");
  await expect(postIfTaken(answering(502), 7, "it goes on")).rejects.toThrow("HTTP 502");
  await expect(postComment(answering(403), 7, "no: several runs")).rejects.toThrow("HTTP 403");
});
