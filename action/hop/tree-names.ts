/** Names as other systems read them. */

/** What a name is on a system that ignores case, composes letters, drops what cannot be seen, or ends names early. */
export const folded = (name: string): string =>
  Buffer.from(name, "latin1")
    .toString("utf8")
    .replace(/[\u200c-\u200f\u202a-\u202e\u206a-\u206f\ufeff]/g, "")
    .normalize("NFC")
    .toLowerCase()
    .replace(/(?<=[^. ])[. ]+$/, "");

/** The repository's own folder, also by the short name that Windows gives it. */
export const isGitFolder = (name: string): boolean => /^(?:\.git|git~\d+)(?:$|:)/.test(folded(name));

export const isWorkflowFolder = (name: string): boolean => /^(?:workflows|workfl~\d+)$/.test(folded(name));

export const isGitHubFolder = (name: string): boolean => /^(?:\.github|github~\d+)$/.test(folded(name));

/** As a message shows it. */
export const shown = (path: string): string =>
  JSON.stringify(Buffer.from(path, "latin1").toString("utf8").slice(0, 200));
