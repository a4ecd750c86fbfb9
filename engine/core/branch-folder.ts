/** A branch's folder in the run folder: `fan/v1/02-docs/inner/v1/01-a` is `parallel/fan/v1/02-docs/parallel/inner/v1/01-a`. */
export function branchFolder(key: string): string {
  const parts = key === "" ? [] : key.split("/");
  const levels: string[] = [];
  for (let i = 0; i < parts.length; i += 3) levels.push("parallel", ...parts.slice(i, i + 3));
  return levels.join("/");
}
