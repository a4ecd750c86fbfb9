/** The files behind GITHUB_OUTPUT, GITHUB_ENV, GITHUB_STATE (name=value and heredocs) and GITHUB_PATH (lines). */

class CommandFileError extends Error {
  override readonly name = "CommandFileError";
}

export function parsePairs(text: string): readonly (readonly [string, string])[] {
  const pairs: (readonly [string, string])[] = [];
  const lines = text.split(/(?<=\n)/);
  const bare = (line: string) => line.replace(/\r?\n$/, "");
  for (let index = 0; index < lines.length; index++) {
    const line = bare(lines[index] ?? "");
    if (line === "") continue;
    const equals = line.indexOf("=");
    const heredoc = line.indexOf("<<");
    if (equals >= 0 && (heredoc < 0 || equals < heredoc)) {
      pairs.push([line.slice(0, equals), line.slice(equals + 1)]);
      continue;
    }
    if (heredoc < 0) throw new CommandFileError(`Invalid format '${line}'`);
    const name = line.slice(0, heredoc);
    const delimiter = line.slice(heredoc + 2);
    if (name === "" || delimiter === "") {
      throw new CommandFileError(
        `Invalid format '${line}'. Name must not be empty and delimiter must not be empty`,
      );
    }
    const end = lines.findIndex((candidate, at) => at > index && bare(candidate) === delimiter);
    if (end < 0) {
      throw new CommandFileError(`Invalid value. Matching delimiter not found '${delimiter}'`);
    }
    pairs.push([name, bare(lines.slice(index + 1, end).join(""))]);
    index = end;
  }
  return pairs;
}

export const parseLines = (text: string): readonly string[] =>
  text.split(/\r?\n/).filter((line) => line !== "");
