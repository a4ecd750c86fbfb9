/** Bare Probot with an empty handler, as a process: what signature, parsing and routing cost without any work. */
import { createServer } from "node:http";
import { createNodeMiddleware, Probot } from "probot";

const [port, secret, privateKey] = process.argv.slice(2) as [string, string, string];
const probot = new Probot({ appId: 1, privateKey, secret, logLevel: "fatal" });
const middleware = await createNodeMiddleware(
  async (app) => void app.on(["issue_comment.created", "workflow_run.completed"], () => undefined),
  { probot, webhooksPath: "/webhooks" },
);
createServer((request, response) => {
  if (request.url === "/healthz") response.end("ok\n");
  else void middleware(request, response);
}).listen(Number(port), "127.0.0.1");
