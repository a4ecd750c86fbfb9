/**
 * The app where no process stays: one request, one answer. Work is done before the answer, because the host may freeze what
 * outlives it, unless the host takes work that goes on.
 */

import { createService, type ServiceOptions } from "./service.ts";
import { type Received, receive } from "./verify-delivery.ts";

export interface AppFunction {
  /** `rawBody`: the text as it came, neither parsed nor written anew; the signature is over it. */
  webhook(
    request: {
      readonly headers: Readonly<Record<string, string | undefined>>;
      readonly rawBody: string;
    },
    /** The host's way to keep the function alive (`waitUntil`): GitHub is answered at once, and waits ten seconds at most. */
    goOn?: (work: Promise<void>) => void,
  ): Promise<Received>;
  /** To be called by a schedule, every few minutes. */
  sweep(): Promise<void>;
}

export async function appFunction(options: ServiceOptions): Promise<AppFunction> {
  const service = await createService(options, null);
  return {
    async webhook({ headers, rawBody }, goOn) {
      const names = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
      const answer = await receive(service, Object.fromEntries(names), rawBody);
      const work = service.host.idle();
      if (goOn) goOn(work);
      else await work;
      return answer;
    },
    async sweep() {
      await service.catchUp();
      await service.host.idle();
    },
  };
}
