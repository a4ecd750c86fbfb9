/** What no declaration brings to a stage. */

/** The job's own GitHub credentials and channels: no declaration brings them to a stage. */
export const NEVER_PASSED =
  /^(?:GITHUB_(?:TOKEN|ENV|PATH|OUTPUT|STATE|STEP_SUMMARY)|ACTIONS_(?:RUNTIME|ID_TOKEN|RESULTS|CACHE)_.*|INPUT_.*)$/;
