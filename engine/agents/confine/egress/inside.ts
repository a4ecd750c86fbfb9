/**
 * Within walls that have no network: ports of the walls' own loopback lead through sockets of the file system to the
 * driver's gate. Then it is what it was asked to start, and ends as that ends.
 */
import { spawn } from "node:child_process";
import { connect, createServer } from "node:net";
import { constants } from "node:os";

/** Fixed: nobody else has this loopback. */
const OUT_PORT = 3128;
export const OUT_SOCKET = "/tmp/.gate-out";
export const MODEL_SOCKET = "/tmp/.gate-model";

export const EGRESS_ENV: Readonly<Record<string, string>> = {
  ...Object.fromEntries(
    ["HTTP_PROXY", "HTTPS_PROXY", "http_proxy", "https_proxy"].map((name) => [
      name,
      `http://127.0.0.1:${OUT_PORT}`,
    ]),
  ),
  NO_PROXY: "127.0.0.1,localhost",
  no_proxy: "127.0.0.1,localhost",
  NODE_USE_ENV_PROXY: "1",
};

async function lead(port: number, socket: string): Promise<void> {
  const server = createServer({ allowHalfOpen: true }, (near) => {
    const far = connect({ path: socket, allowHalfOpen: true });
    near.on("error", () => far.destroy());
    far.on("error", () => near.destroy());
    near.pipe(far).pipe(near);
  });
  await new Promise<void>((ready, failed) => server.once("error", failed).listen(port, "127.0.0.1", ready));
  server.unref();
}

/** `args`: the model's port or "-", then the command. */
export async function runInside([modelPort = "-", file = "", ...args]: readonly string[]): Promise<void> {
  await lead(OUT_PORT, OUT_SOCKET);
  if (modelPort !== "-") await lead(Number(modelPort), MODEL_SOCKET);
  // What asks it to end asks the command too: they are of one group.
  for (const signal of ["SIGTERM", "SIGINT", "SIGHUP"] as const) process.on(signal, () => undefined);
  const child = spawn(file, args, { stdio: "inherit" });
  const code = await new Promise<number>((resolve) => {
    child.once("error", (error) => {
      process.stderr.write(`${file}: ${error.message}\n`);
      resolve(127);
    });
    child.once("exit", (exit, signal) => resolve(exit ?? 128 + (signal ? constants.signals[signal] : 0)));
  });
  process.exit(code);
}
