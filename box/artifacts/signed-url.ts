/** Links to blobs that work for a while and for one purpose, like those of the storage behind GitHub. */
import { createHmac, timingSafeEqual } from "node:crypto";
import type { World } from "../state/world.ts";

export type BlobUse = "upload" | "download" | "log";

const endingOf = (use: BlobUse): string => (use === "log" ? "txt" : "zip");

const sign = ({ serviceKey }: World, text: string): string =>
  createHmac("sha256", serviceKey).update(text).digest("base64url");

export function signedUrl(world: World, use: BlobUse, id: number, lifeMs: number): string {
  const until = String(world.clock.now() + lifeMs);
  const path = `/blobs/${use}/${id}.${endingOf(use)}`;
  return `${world.urls.origin}${path}?se=${until}&sig=${sign(world, `${path} ${until}`)}`;
}

/** Which artifact or job a link is for; undefined when it is over or was made by somebody else. */
export function readSignedUrl(world: World, use: BlobUse, url: URL): number | undefined {
  const until = url.searchParams.get("se") ?? "";
  const given = Buffer.from(url.searchParams.get("sig") ?? "");
  const expected = Buffer.from(sign(world, `${url.pathname} ${until}`));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) return undefined;
  if (Number(until) <= world.clock.now()) return undefined;
  const [, id] = new RegExp(`^/blobs/${use}/(\\d+)\\.${endingOf(use)}$`).exec(url.pathname) ?? [];
  return id === undefined ? undefined : Number(id);
}
