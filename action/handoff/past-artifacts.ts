/** Artifacts of a workflow run whose stage jobs are over, whichever attempt left them: by the API, listed once. */
import { z } from "zod";
import type { JobPorts } from "../ports.ts";
import { type Artifacts, artifactClient, download, tooLarge, withRetries } from "./artifact-service.ts";

const Page = z.object({
  artifacts: z.array(
    z.object({
      id: z.number(),
      name: z.string(),
      size_in_bytes: z.number(),
      digest: z.string().nullish(),
      expired: z.boolean(),
    }),
  ),
});
type Listed = z.infer<typeof Page>["artifacts"][number];

const PER_PAGE = 100;
const MOST_PAGES = 10;

export function pastArtifacts(
  { job, inputs, pause }: Pick<JobPorts, "job" | "inputs" | "pause">,
  workflowRun: string,
): Artifacts {
  const http = artifactClient();
  const headers = { authorization: `Bearer ${inputs.token}`, accept: "application/vnd.github+json" };
  const actions = `${job.apiUrl}/repos/${job.repository}/actions`;
  let listed: Promise<Map<string, Listed>> | null = null;

  async function list(): Promise<Map<string, Listed>> {
    const found = new Map<string, Listed>();
    for (let page = 1; page <= MOST_PAGES; page++) {
      const url = `${actions}/runs/${encodeURIComponent(workflowRun)}/artifacts?per_page=${PER_PAGE}&page=${page}`;
      const text = await withRetries("list", pause, async () => {
        const response = await http.get(url, headers);
        return { status: response.message.statusCode ?? 0, answer: await response.readBody() };
      });
      const { artifacts } = Page.parse(JSON.parse(text));
      for (const one of artifacts)
        if (!one.expired && one.id > (found.get(one.name)?.id ?? 0)) found.set(one.name, one);
      if (artifacts.length < PER_PAGE) break;
    }
    return found;
  }

  return {
    async take(name, mostBytes) {
      listed ??= list();
      const one = (await listed).get(name);
      if (one === undefined) return null;
      if (one.size_in_bytes > mostBytes) throw tooLarge(one.size_in_bytes, mostBytes);
      const url = `${actions}/artifacts/${one.id}/zip`;
      return withRetries("download", pause, () =>
        download(http, url, mostBytes, one.digest ?? null, headers),
      );
    },
  };
}
