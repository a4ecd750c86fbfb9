import { join } from "node:path";
import type { GitHubJob } from "../github-env.ts";

/** What is uploaded. */
export const resultFolder = ({ temp }: Pick<GitHubJob, "temp">): string => join(temp, "attractor-result");
