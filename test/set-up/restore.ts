/** Test files share a process: what one does to it is undone at its end. */
import { afterAll, vi } from "vitest";

const before = { ...process.env };

afterAll(() => {
  vi.unstubAllEnvs();
  vi.restoreAllMocks();
  vi.useRealTimers();
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
