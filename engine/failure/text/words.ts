/** Folds words: endings off, and a list of words that say nothing about which failure it is. */

export function stem(word: string): string {
  let w = word;
  if (w.endsWith("nt") && NEGATED_VERBS.has(w)) return "not";
  if (w.length > 4) {
    if (w.endsWith("ies") || w.endsWith("ied")) w = `${w.slice(0, -3)}y`;
    else if (w.endsWith("ing") && w.length > 5) w = undouble(w.slice(0, -3));
    else if (w.endsWith("ed")) w = undouble(w.slice(0, -2));
    else if (/(?:s|x|z|ch|sh)es$/.test(w)) w = w.slice(0, -2);
    else if (w.endsWith("s") && !/[sui]s$/.test(w)) w = w.slice(0, -1);
  } else if (w.length === 4 && w.endsWith("s") && !/[sui]s$/.test(w)) w = w.slice(0, -1);
  return w.length > 4 && w.endsWith("e") ? w.slice(0, -1) : w;
}

const undouble = (w: string): string =>
  w.length > 3 && w.at(-1) === w.at(-2) && !/[lsz]$/.test(w) ? w.slice(0, -1) : w;

const NEGATED_VERBS = new Set(
  "doesnt isnt wasnt arent cant couldnt didnt dont hasnt havent wont werent shouldnt wouldnt mustnt neednt".split(
    " ",
  ),
);

/** Closed-class words and the verbs of reports: never names. */
export const CLOSED: ReadonlySet<string> = new Set(
  `a about above after again against all also although always am an and another any are as at be because been before being below beside
  between both but by can cannot cant could despite did do does done down due during each either else ever every few for from had has
  have having he hence her here his how however i if in inside instead into is it its itself just least less may me might more moreover most
  must my neither never no nobody none nor not now of off often on once only onto or other otherwise ought our out over own per quite rather
  s since so some still such t than that the their them then there therefore these they this those though through thus till to together too
  under until up upon us very via was we were what when where whether which while who whole whose why will with within without would yet you
  your e.g i.e etc
  fail failed fails failing failure error errors found find exist exists existing expect expected expects receive received get gets got given want wanted
  report reported reports say says said return returned returns exit exited exits occur occurred happen happened see seen
  require required requires need needed needs use used uses using run running runs ran call called calls cause caused check checked`
    .split(/\s+/)
    .flatMap((word) => [word, stem(word)]),
);

/** Words of reports about failures in general; what is left names the failure at hand. */
export const GLUE: ReadonlySet<string> = new Set(
  `a about above accept according actual actually  after again against all allow almost already also although always an and another
  any anymore anything appear approach are as ask  at attempt available away back bad be became because been before being below
  beside between both break broke broken build built but by call came can cannot case catch cause certain check checked clean clear code
  come command compile compilation compiler complain complaint complete completed completely concern configured chromium firefox webkit chrome safari browser locator remote server url sqlstate information null nil none undefined severity critical major minor significantly recommended respectively reference entry element operand statement expression operator character hit space device disk unique foreign primary base peer default global external consequently contain content
  continue correct correctly could currently cycle  declare demand describe despite detail detect did different directly do does done down
  due during each early either else encounter end enough ensure entire entirely entry error especially etc even ever every exact exactly
  example exit exited expect expected explain explicit extra fact fail failed failing failure far few final finally find fine finish first fix
  fixed follow following for found from full fully further  gave general generally get give given go goes gone got  had hand happen
  has have having he hence her here hold how however i if immediately in inside instead into is issue it  its itself job just keep kept
  kind know known last late later latest lead least leave left less let level like likely line  little local log long look looking made
  main mainly make many  may maybe me mean meant meanwhile message might  more moreover most much must my   namely near
  necessary need needed never new next no node none nor normal not note nothing now number  observe of off often old on once one ones
  only onto  operation or  other otherwise ought our out output over overall  page  particular pass passed path per perform
  perhaps    please point possible possibly present previous previously prior probably problem proceed process produce program
  project proper properly prove provide put question quite raise ran rather reach ready real really reason received recent recover
  refer regard rejected relate remain report reported request require required respectively respond result return returned rule run running said same saw say
  see seem seen self send separate set setup several shall she should  shown simply since single  so some somehow someone something
  sometimes somewhere soon source specific specify stage stand start started state status stay step still stop stopped stuff subsequent such summary
  suppose sure system take taken task tell than that the their them then there thereby therefore these they thing think this those though three
  through throughout thus till time to together too took  toward  tried trigger true try  two under until up upon us usage use used
   using usual usually  various verb verification verify version very via view violate want was way we well went were what whatever when
  where whether which while whole whose why will with within without word work working would write written wrong yes yet you your zero
  second minute hour ms sec min byte kb mb gb percent ago  pass skip tests test suite spec suites specs case cases assertion assert
  info warn warning fatal err exception trace stack details hint help attempts retry retries round iteration exits code reports says shows
  prevent stopping necessary currently finished running completes completed duration elapsed took lint linter compiler typecheck type-check
  build-step pipeline workflow runner machine worktree directory folder repo repository workspace file files line lines column position
  red green broken incomplete unsuccessful successfully success succeed please rerun implementation change changed agent model session
  introduced caused relevant related stating states stated yields yield yielding resulting encountered observed attempted trying tries reads
  reading looks comes makes gets needs wants gives does having`
    .split(/\s+/)
    .map(stem)
    .concat([...CLOSED]),
);

export const NEGATIONS: ReadonlySet<string> = new Set(["not", "no", "never", "without", "cannot"]);

/** Grammar that turns a sentence around. */
export const POLAR: ReadonlySet<string> = new Set(
  "few many more less before after above below with without always never all none no not on off once twice only".split(" "),
);

/** Types that languages bring along: in a message about types they are its subject. */
export const TYPE_NAMES: ReadonlySet<string> = new Set(
  `string number boolean bool int integer float double str bytes char decimal i8 i16 i32 i64 u8 u16 u32 u64 isize usize f32 f64 array object
  promise dict tuple vec bigint symbol`.split(/\s+/),
);
