/** `uses: $/path`: this repository at the commit that runs. */
export const isSelfReference = (uses: string | undefined): uses is string => uses?.startsWith("$/") === true;

/** What a runner says that does not know it. */
export const notARepository = (uses: string): string =>
  `Expected format {org}/{repo}[/path]@ref. Actual '${uses}'`;
