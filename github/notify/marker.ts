/** How a run finds its own comment and check again: a hidden marker, an external id. */
const MARKER = /^<!-- attractor:run:([A-Za-z0-9][A-Za-z0-9._-]{0,79}) -->/;

export const markerOf = (runId: string): string => `<!-- attractor:run:${runId} -->`;

/** The run whose sticky comment this is. */
export const markedRun = (body: string): string | null => MARKER.exec(body)?.[1] ?? null;
