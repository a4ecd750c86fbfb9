/** `::name key=value::data` and `##[name key=value]data`, as the runner reads them from a step's output. */

export interface WorkflowCommand {
  readonly name: string;
  readonly properties: ReadonlyMap<string, string>;
  readonly data: string;
}

const DATA = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%25", "%"],
] as const;
const PROPERTY = [
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%3A", ":"],
  ["%2C", ","],
  ["%25", "%"],
] as const;
const BRACKET = [
  ["%3B", ";"],
  ["%0D", "\r"],
  ["%0A", "\n"],
  ["%5D", "]"],
  ["%25", "%"],
] as const;

const unescaped = (text: string, table: readonly (readonly [string, string])[]): string =>
  table.reduce((done, [escaped, plain]) => done.replaceAll(escaped, plain), text);

function propertiesOf(
  text: string,
  separator: string,
  table: readonly (readonly [string, string])[],
): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  for (const pair of text.split(separator)) {
    const [key = "", ...rest] = pair.split("=");
    const value = rest.join("=");
    if (key.trim() !== "" && value !== "") found.set(key.trim().toLowerCase(), unescaped(value, table));
  }
  return found;
}

/** Only names in `known` are commands; any other line is output. */
export function parseCommand(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  return parseColons(line.trimStart(), known) ?? parseBracket(line, known);
}

function parseColons(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const match = /^::([^\s:][^\s]*?)(?: (.*?))?::(.*)$/s.exec(line);
  const name = match?.[1] ?? "";
  if (match === null || !known.has(name.toLowerCase())) return undefined;
  return {
    name: name.toLowerCase(),
    properties: propertiesOf(match[2] ?? "", ",", PROPERTY),
    data: unescaped(match[3] ?? "", DATA),
  };
}

function parseBracket(line: string, known: ReadonlySet<string>): WorkflowCommand | undefined {
  const match = /##\[([^\s\]]+)(?: ([^\]]*))?\](.*)$/s.exec(line);
  const name = match?.[1] ?? "";
  if (match === null || !known.has(name.toLowerCase())) return undefined;
  return {
    name: name.toLowerCase(),
    properties: propertiesOf(match[2] ?? "", ";", BRACKET),
    data: unescaped(match[3] ?? "", BRACKET),
  };
}
