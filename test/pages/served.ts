/** Run pages over HTTP for runs that a test plays in virtual time. */
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import { runPages } from "../../app/pages/pages.ts";
import { pageLinks } from "../../app/pages/sign.ts";
import { LedgerError } from "../../engine/ledger/port.ts";
import { redactor } from "../../engine/redact/redact.ts";
import type { ServedRepository } from "../../github/repository.ts";
import type { World } from "../core/world.ts";

export const REPOSITORY = "ada/game";

export interface ServedPages {
  readonly url: string;
  readonly links: ReturnType<typeof pageLinks>;
  /** How often each run's log was read. */
  readonly reads: Map<string, number>;
}

export async function servePages(
  runs: ReadonlyMap<string, World>,
  secrets: string[] = [],
): Promise<ServedPages> {
  const reads = new Map<string, number>();
  const repository = {
    git: { matching: async () => new Map([...runs.keys()].map((id) => [`refs/attractor/${id}/trunk`, "0"])) },
    ledger: (id: string) => ({
      async read() {
        const run = runs.get(id);
        if (!run) throw new LedgerError("missing", "no such run", "name another");
        reads.set(id, (reads.get(id) ?? 0) + 1);
        return { tip: "0", events: [...run.log] };
      },
    }),
    shows: async () => new Map(),
    pipeline: async () => [...runs.values()][0]!.pipeline,
  } as unknown as ServedRepository;
  const served = async (name: string): Promise<ServedRepository> => {
    if (name.toLowerCase() !== REPOSITORY) throw Object.assign(new Error("Not Found"), { status: 404 });
    return repository;
  };
  const server = createServer((request, response) => {
    void pages.handle(request, response).then((known) => known || response.writeHead(404).end());
  });
  await new Promise<void>((ready) => server.listen(0, "127.0.0.1", ready));
  const publicUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const options = { publicUrl, webhookSecret: "s3cret", now: Date.now };
  const pages = runPages({ ...options, serverUrl: "https://github.example", lookEveryMs: 50 })(
    served,
    redactor(secrets),
  );
  onTestFinished(async () => {
    pages.close();
    server.closeAllConnections();
    await new Promise<void>((closed) => server.close(() => closed()));
  });
  return { url: publicUrl, links: pageLinks(options), reads };
}
