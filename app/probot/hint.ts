/** The run that a workflow run's title names: `Attractor RUN hop 3.1`. A hint; a wrong one costs one look. */
const TITLE = /([A-Za-z0-9][A-Za-z0-9._-]{0,79}) hop \d+\.\d+$/;
export const hintedRun = (title: string): string | null => TITLE.exec(title)?.[1] ?? null;
