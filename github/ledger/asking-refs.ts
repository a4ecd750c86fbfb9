/** The refs by which jobs ask the app, listed only when something changed. */
import { z } from "zod";
import { DEFAULT_REF_PREFIX } from "../../engine/git/names.ts";
import type { GitHub } from "../api/request.ts";
import { statusOf } from "./git-data.ts";

const Refs = z.array(z.object({ ref: z.string() }));

export function askingRefs(github: GitHub): () => Promise<readonly string[]> {
  let etag: string | null = null;
  let known: readonly string[] = [];
  return async () => {
    try {
      const { data, headers } = await github.request("GET /repos/{owner}/{repo}/git/matching-refs/{+ref}", {
        ref: `${DEFAULT_REF_PREFIX.replace(/^refs\//, "")}/asks/`,
        ...(etag === null ? {} : { headers: { "if-none-match": etag } }),
      });
      known = Refs.parse(data).map(({ ref }) => ref);
      etag = typeof headers?.etag === "string" ? headers.etag : null;
    } catch (error) {
      if (statusOf(error) !== 304) throw error;
    }
    return known;
  };
}
