/** The lines of a workflow that are ours: written anew by `init --upgrade`, with everything around them kept. */

const BEGIN =
  "# attractor: begin. Written by `attractor init` from .github/attractor.yml; `attractor init --upgrade` renews it.";
const END = "# attractor: end";
const SECTION = /^# attractor: begin\b[^\n]*\n([\s\S]*?)^# attractor: end[^\n]*\n?/m;

/** What earlier versions said above our lines; it stands within them now. */
const OLD_HEAD =
  " A hop of a run is one workflow run: Trunk works and says what is to be done side by side, Branches\n# do it, Settle takes their results and begins the next hop. What";

export const marked = (text: string): string => `${BEGIN}\n${text}${END}\n`;

/** git writes lines so where somebody works on Windows. */
const CRLF = /\r\n/g;

/** What stands between the marks, whatever ends its lines; null where they are not. */
export const sectionOf = (text: string): string | null => SECTION.exec(text.replace(CRLF, "\n"))?.[1] ?? null;

/** The file with our lines as `fresh` has them; null where the marks are not. */
export function renewed(text: string, fresh: string): string | null {
  const section = SECTION.exec(fresh)?.[0];
  const plain = text.replace(CRLF, "\n");
  if (section === undefined || !SECTION.test(plain)) return null;
  const next = plain.replace(OLD_HEAD, " What").replace(SECTION, () => section);
  return plain === text ? next : next.replaceAll("\n", "\r\n");
}
