/** A command of `attractor` in this process: quicker than a process of its own. */
import { dispatch } from "../../cli/dispatch.ts";

export async function here(...args: string[]) {
  const [out, err]: [string[], string[]] = [[], []];
  const code = await dispatch(args, {
    out: (text) => void out.push(text),
    err: (text) => void err.push(text),
    stdin: async () => "",
    color: false,
  });
  return { code, out: out.join(""), err: err.join("") };
}

/** The same as started in that folder. */
export async function hereIn(cwd: string, ...args: string[]) {
  const before = process.cwd();
  process.chdir(cwd);
  try {
    return await here(...args);
  } finally {
    process.chdir(before);
  }
}
