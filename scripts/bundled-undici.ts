/**
 * Stands for undici in the action's bundle: Node brings it, and of it `@actions/github` needs a fetch and a proxy. What
 * the environment says of proxies is taken by Node itself.
 */
import * as http from "node:http";

export const fetch = (
  url: string | URL,
  { dispatcher: _, ...options }: RequestInit & { dispatcher?: unknown } = {},
) => globalThis.fetch(url, options);

export class ProxyAgent {
  constructor() {
    const { setGlobalProxyFromEnv } = http as { setGlobalProxyFromEnv?: () => unknown };
    if (!setGlobalProxyFromEnv)
      throw new Error("this Node cannot use https_proxy by itself: set NODE_USE_ENV_PROXY=1 for the job");
    setGlobalProxyFromEnv();
  }
}
