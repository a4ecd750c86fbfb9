/** Names for the parts of a bundle that stay from build to build: a part is called after what it is for. */
import { basename, dirname, extname } from "node:path";
import type { Metafile } from "esbuild";

type Output = Metafile["outputs"][string];

/** Old file name to new, for every part that nobody starts by name. */
export function partNames({ outputs }: Metafile, entries: readonly string[]): Map<string, string> {
  const parts = Object.entries(outputs)
    .filter(([, { entryPoint }]) => entryPoint === undefined || !entries.includes(entryPoint))
    .map(([path, output]) => ({ old: basename(path), wanted: wantedName(output), inside: insideOf(output) }))
    .sort((a, b) => (a.wanted < b.wanted ? -1 : a.wanted > b.wanted ? 1 : a.inside < b.inside ? -1 : 1));
  const taken = new Map<string, number>();
  return new Map(
    parts.map(({ old, wanted }) => {
      const nth = (taken.get(wanted) ?? 0) + 1;
      taken.set(wanted, nth);
      return [old, `${nth === 1 ? wanted : `${wanted}-${nth}`}${extname(old)}`];
    }),
  );
}

/** The entry of a part that is loaded later; else the largest file in it. */
function wantedName({ entryPoint, inputs }: Output): string {
  const [largest] = Object.entries(inputs).sort(
    ([a, x], [b, y]) => y.bytesInOutput - x.bytesInOutput || (a < b ? -1 : 1),
  );
  // What the bundler itself adds is in no file.
  const path = (entryPoint ?? largest?.[0])?.replace(/^[a-z-]+:/, "");
  if (path === undefined) return "part-runtime";
  const pack = /.*node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1];
  if (pack) return `part-${pack.replace(/^@/, "").replaceAll("/", "-")}`;
  return `part-${basename(dirname(path))}-${basename(path).replace(/\.[a-z]+$/, "")}`;
}

const insideOf = ({ inputs }: Output): string => Object.keys(inputs).sort().join(" ");

export function renamed(text: string, names: ReadonlyMap<string, string>): string {
  let out = text;
  for (const [old, name] of names) out = out.replaceAll(`./${old}`, `./${name}`);
  return out;
}
