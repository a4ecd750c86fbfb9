/** What a manager says reaches the model of its child's agent. */
import { expect, it, onTestFinished } from "vitest";
import { spoken } from "../agents/api/wire/script.ts";
import { byteServer } from "../agents/api/wire/server.ts";
import { ownProvider } from "../e2e/agents/own-provider.ts";
import { graph, ran, repository } from "./world.ts";

const MANAGER = graph(
  `m [shape=house, prompt="MANAGER-SAYS: end soon", "stack.child_dotfile"="child.dot", "manager.poll_interval"="50ms", "manager.actions"="observe,steer,wait"]
   s -> m -> e`,
);

/** Each turn of a child takes longer than a look of its manager. */
const SLOWLY = `for n in 1 2 3 4 5 6 7 8 9; do [ -e "$ATTRACTOR_STAGE_DIR/steering.md" ] && break; sleep 0.1; done; sleep 0.2`;
const REPORT = `echo '{"status":"success"}' > "$ATTRACTOR_STATUS_PATH"; echo REPORTED`;

it("R-LANG-2, R-AGENT-12: manager.actions=steer says the manager's prompt to the child's agent, once an attempt", async () => {
  const server = await byteServer((request, nth) => {
    const body = JSON.stringify(request.body);
    if (body.includes("REPORTED")) return spoken("openai_chat_completions", { text: "done" }, nth);
    const told = body.includes("MANAGER-SAYS") || request.body.messages.length > 40;
    const command = told ? REPORT : SLOWLY;
    return spoken("openai_chat_completions", { calls: [["shell", { command }]] }, nth);
  });
  onTestFinished(() => server.close());
  const { final } = await ran(MANAGER, {
    workdir: repository({ "child.dot": graph("it [prompt=x]; s -> it -> e") }),
    config: JSON.parse(ownProvider(server.url)),
    env: { ...process.env, MODEL_KEY: "sk-test-not-a-real-key-000" },
  });
  expect(final, JSON.stringify(final)).toMatchObject({ status: "success" });
  const told = server.received.map(({ body }) => JSON.stringify(body).split("MANAGER-SAYS").length - 1);
  expect(told[0]).toBe(0);
  expect(told.slice(told.indexOf(1))).toEqual([1, 1]);
});
