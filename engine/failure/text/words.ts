/** Folds words: endings off, and lists of words by how much they say about which failure it is. */
import { once } from "../../once.ts";
import { type WordList, wordList } from "./word-list.ts";

export function stem(word: string): string {
  let w = word;
  if (w.endsWith("nt") && NEGATED_VERBS.has(w)) return "not";
  if (w.length > 4) {
    if (w.endsWith("ies") || w.endsWith("ied")) w = `${w.slice(0, -3)}y`;
    else if (w.endsWith("ing") && w.length > 5) w = bare(w.slice(0, -3));
    else if (w.endsWith("ed") && !w.endsWith("eed")) w = bare(w.slice(0, -2));
    else if (/(?:s|x|z|ch|sh)es$/.test(w)) w = w.slice(0, -2);
    else if (w.endsWith("s") && !/[sui]s$/.test(w)) w = w.slice(0, -1);
  } else if (w.length === 4 && w.endsWith("s") && !/[sui]s$/.test(w)) w = w.slice(0, -1);
  return w.length > 4 && w.endsWith("e") ? w.slice(0, -1) : w;
}

/** `stopp` is `stop`, `giv` is `give`. */
function bare(w: string): string {
  if (w.length > 3 && w.at(-1) === w.at(-2) && !/[lsz]$/.test(w)) return w.slice(0, -1);
  return /^[^aeiou][aeiouy][^aeiouwxy]$/.test(w) ? `${w}e` : w;
}

const NEGATED_VERBS = new Set(
  "doesnt isnt wasnt arent cant couldnt didnt dont hasnt havent wont werent shouldnt wouldnt mustnt neednt".split(
    " ",
  ),
);

const words = (text: string): string[] =>
  text
    .trim()
    .split(/\s+/)
    .flatMap((word) => [word, stem(word)]);

/** Closed-class words and the barest verbs of reports: never names. */
const CLOSED_WORDS = once(() =>
  words(`a about above after again against all also although always am an and another any are as at be because been before being below beside
  between both but by can cannot cant could despite did do does done down due during each either else ever every few for from had has
  have having he hence her here his how however i if in inside instead into is it its itself just least less may me might more moreover
  most must my neither never no nobody none nor not now of off often on once only onto or other otherwise ought our out over own per
  quite rather s since so some still such t than that the their them then there therefore these they this those though through thus till
  to together too under until up upon us very via was we were what when where whether which while who whole whose why will with within
  without would yet you your e.g i.e etc fail failed fails failing failure error errors found find exist exists existing expect expected
  expects receive received get gets got given want wanted report reported reports say says said return returned returns exit exited
  exits occur occurred happen happened see seen require required requires need needed needs use used uses using run running runs ran
  call called calls cause caused check checked`),
);
export const CLOSED: WordList = wordList(CLOSED_WORDS);

/** How reports are worded: it says nothing of what failed. */
const REPORT = once(() =>
  words(`accept accordance according actual actually ago almost already anymore anything appear around ask assert assertion assure attempt attempts attempted
  available away aware back became become break broke broken build built came case catch caught certain checks clearly code codes come command
  compilation compile compiled compiler compiling complain complaint complete completed completely concern configured consequently contain
  contains content continue correctly critical currently demand describe despite detail details detect detected determine did directly
  discover download due duration early elapsed encounter encountered end ended ensure entirely err especially even exact exactly example
  exception execution exits explain explicit explicitly extra fact far fatal finally fine finished fix fixed follow following from further
  gave generally go goes gone had hand having hello help hint hit  however immediately include incomplete indicate info information instead
  introduced issue  iteration kept kind know known latest lead let like likely line lines linter lint list listed little local location log logs
  long look looking looks lot made mainly major make makes making many maybe mean means meant meanwhile message might minor minute minutes more must namely
  near necessary nothing note notice noted number  observe observed output overall particular pass passed passing perform performed
  perhaps phase pipeline please point possible possibly prevent previous previously prior probably problem problems proceed process produce
  program project proper properly prove provide provided put  raise raised reach reached ready real really reason recently recommended
  refer regard rejected related relate relevant remain remains rerun resolved respectively respond   resulting retries retry
  review reviewer round running same saw seem seems seen self session several severity shall she should show shown shows significantly simply
  skip skipped somehow someone something sometimes somewhere soon specific specified specify sqlstate stack stage state stated stating states
  status stay stays step steps stuff subsequent succeed success successful successfully such suffice summary suppose sure take taken tell think
  thing time took toward trace tried tries trigger triggered true false try trying two three one usage usual usually various verb verification verify
   very view violate violates want warn warning way well went whatever wherever word work working workflow works write writes writing
  written wrong yes yield yields zero byte bytes kb mb gb percent ms sec second seconds hour hours times column columns position file files runner
    machine implementation unsuccessful typecheck type-check respect respectively match matches matching reject rejects refuse refuses refused ignore ignores ignored lacks violates depend depends throw
  throws thrown raises allow allows high reads reading read null nil none undefined
  deliverable deliverables artifact artifacts acceptance criterion criteria satisfied satisfy fulfilled verdict gate blocking
  blocker finding
  chromium firefox webkit chrome safari locator remote url repo repository worktree workspace directory folder path `),
);

/** Words in many reports that can still be what a report is about: they name nothing, but two texts that differ in them may differ. */
const SOFT = once(() =>
  words(`test tests suite suites spec specs cases unit page task request response reference entry element operand statement expression operator
  character server browser node tree cycle space device disk unique foreign primary base peer default global external internal first
  last next new old correct different direct full empty final single clean clear start started starting stop stopped finish hold keep
  separate set setup send sent change changed changes leave left observe site source system input table data document page field entries
  user users service account action order part piece place result results version environment agent model group level method mode role
  size second third begin close closed left right top bottom green red`),
);

/** Never names, whatever stands before them. */
export const NAMELESS: WordList = wordList(() => [...CLOSED_WORDS(), ...REPORT()]);

/** Words that do not tell one failure from another by themselves. */
export const GLUE: WordList = wordList(() => [...CLOSED_WORDS(), ...REPORT(), ...SOFT()]);

export const NEGATIONS: ReadonlySet<string> = new Set(["not", "no", "never", "without", "cannot"]);

/** Grammar that turns a sentence around. */
export const POLAR: ReadonlySet<string> = new Set(
  "few many more less before after above below with without always never all none no not on off once twice only".split(
    " ",
  ),
);

/** Types that languages bring along: in a message about types they are its subject. */
export const TYPE_NAMES: ReadonlySet<string> = new Set(
  `string number boolean bool int integer float double str bytes char decimal i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 array
  object promise dict tuple vec bigint symbol`.split(/\s+/),
);
