/** What every process of a stage is started by: nothing on a laptop; on a runner, the step down to the stages' own user. */
let prefix: readonly string[] = [];

/** For this process as a whole: no kind of stage and no backend can forget it. */
export function launchStagesBy(command: readonly string[]): void {
  prefix = command;
}

export function launched(file: string, args: readonly string[]): { file: string; args: readonly string[] } {
  const [first, ...rest] = [...prefix, file, ...args];
  return { file: first as string, args: rest };
}
