/** Files of a pinned commit by the API. */
import { z } from "zod";
import type { GitHub } from "./request.ts";

/** Reads a file of the pinned commit; null when it is not there. */
export type ReadPinned = (path: string) => Promise<string | null>;

const File = z.object({ type: z.literal("file"), content: z.string(), encoding: z.literal("base64") });

export function contents(github: GitHub, sha: string): ReadPinned {
  return async (path) => {
    try {
      const { data } = await github.request("GET /repos/{owner}/{repo}/contents/{path}", { path, ref: sha });
      const file = File.safeParse(data);
      return file.success ? Buffer.from(file.data.content, "base64").toString("utf8") : null;
    } catch (error) {
      if (typeof error === "object" && error !== null && "status" in error && error.status === 404)
        return null;
      throw error;
    }
  };
}
