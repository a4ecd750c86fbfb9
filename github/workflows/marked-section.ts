/** The lines of a workflow that are ours: written anew by `init --upgrade`, with everything around them kept. */

const BEGIN =
  "# attractor: begin. Written by `attractor init` from .github/attractor.yml; `attractor init --upgrade` renews it.";
const END = "# attractor: end";
const SECTION = /^# attractor: begin\b[^\n]*\n([\s\S]*?)^# attractor: end[^\n]*\n?/m;

export const marked = (text: string): string => `${BEGIN}\n${text}${END}\n`;

/** What stands between the marks; null where they are not. */
export const sectionOf = (text: string): string | null => SECTION.exec(text)?.[1] ?? null;

/** The file with our lines as `fresh` has them; null where the marks are not. */
export function renewed(text: string, fresh: string): string | null {
  const section = SECTION.exec(fresh)?.[0];
  if (section === undefined || !SECTION.test(text)) return null;
  return text.replace(SECTION, () => section);
}
