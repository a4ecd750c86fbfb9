/** Another coordinator of the scene's repository, in this process, whose requests a test can see and change. */
import { App, Octokit } from "octokit";
import { machineClock } from "../../../engine/clock.ts";
import { type GitHub, gitHub } from "../../../github/api/request.ts";
import { type ServedRepository, serveRepository } from "../../../github/repository.ts";
import type { Scene } from "./scene.ts";

type Request = GitHub["request"];

/** `through` sees each request and passes it on, or does not. */
export async function second(
  s: Scene,
  through: (pass: Request, ...asked: Parameters<Request>) => ReturnType<Request>,
  coordinator: "app" | "workflow" = "app",
): Promise<ServedRepository> {
  const quiet = { debug() {}, info() {}, warn() {}, error() {} };
  const app = new App({
    ...s.credentials,
    Octokit: Octokit.defaults({
      baseUrl: s.box.apiUrl,
      retry: { enabled: false },
      throttle: { enabled: false },
      log: quiet,
    }),
    log: quiet,
  });
  const [installation] = s.box.world.installations.values();
  const github = gitHub(await app.getInstallationOctokit(installation!.id), "ada/game");
  return serveRepository({
    github: { ...github, request: (...asked) => through(github.request, ...asked) },
    clock: machineClock,
    redact: (text) => text,
    pageUrl: null,
    serverUrl: s.box.url,
    coordinator,
  });
}
