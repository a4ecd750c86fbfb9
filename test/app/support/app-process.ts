/** The app as a process of its own, which can be killed. */
import { type ChildProcess, spawn } from "node:child_process";
import { ATTRACTOR } from "../../attractor.ts";
import { type Scene, SECRET } from "./scene.ts";

export function appProcess(s: Scene): ChildProcess {
  const { appId, privateKey, port } = s.credentials;
  return spawn(process.execPath, [ATTRACTOR, "app"], {
    stdio: "ignore",
    env: {
      PATH: process.env.PATH,
      APP_ID: String(appId),
      PRIVATE_KEY: privateKey,
      WEBHOOK_SECRET: SECRET,
      PORT: String(port),
      GITHUB_API_URL: s.box.apiUrl,
      GITHUB_SERVER_URL: s.box.url,
      SWEEP_SECONDS: "1",
    },
  });
}

export const listening = (s: Scene): Promise<void> =>
  s.until(() =>
    fetch(`http://127.0.0.1:${s.credentials.port}/healthz`).then(
      (answer) => answer.ok,
      () => false,
    ),
  );
