/** The run that a workflow run's title names: `Attractor RUN hop 3.1`, or a command to it. A hint; a wrong one costs one look. */
const RUN = "[A-Za-z0-9][A-Za-z0-9._-]{0,79}";
const TITLES = [new RegExp(`(${RUN}) hop \\d+\\.\\d+$`), new RegExp(` --run (${RUN}) r\\d+$`)];

export function hintedRun(title: string): string | null {
  for (const shape of TITLES) {
    const run = shape.exec(title)?.[1];
    if (run !== undefined) return run;
  }
  return null;
}
