/** Ask, check, ask again with what is wrong, until lint has nothing against the graph or the rounds are used up. */
import { type Answering, answerTo } from "./answer.ts";
import { type Checked, checkDraft, told } from "./check.ts";
import { graphIn } from "./extract.ts";
import { type Asked, draftPrompt } from "./prompt.ts";

export interface Drafting extends Answering {
  readonly brief: string;
  readonly repository: string;
  readonly rounds: number;
  /** After each round: how many findings are left. */
  readonly report: (round: number, findings: string) => void;
}

export interface Drafted extends Checked {
  readonly source: string;
  readonly rounds: number;
}

export async function draftInRounds(drafting: Drafting): Promise<Drafted> {
  let last: Asked["last"] = null;
  let drafted: Drafted | undefined;
  for (let round = 1; round <= drafting.rounds; round++) {
    const { brief, repository } = drafting;
    const answer = await answerTo(draftPrompt({ brief, repository, last }), round, drafting);
    const source = graphIn(answer);
    if (source === null) {
      const problems = "- the answer holds no graph";
      last = { source: drafted?.source ?? "", problems };
      drafting.report(round, problems);
      continue;
    }
    drafted = { source, rounds: round, ...checkDraft(source) };
    drafting.report(round, told(drafted.problems));
    if (drafted.problems.length === 0) return drafted;
    last = { source, problems: told(drafted.problems) };
  }
  if (drafted === undefined) throw new NoGraph(`no graph in ${drafting.rounds} answers`);
  return drafted;
}

class NoGraph extends Error {
  override readonly name = "NoGraph";
  readonly fix = "say in the brief what goes in, what comes out and how one sees that it works";
}
