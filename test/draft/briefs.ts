/** Ten briefs that no prompt or shipped graph shows, with what a model answers first, what is wrong with it, and the good answer. */

const gate = (...programs: string[]): string => `
  toolchain [shape=parallelogram, label="Tools there?", max_retries=0, tool_command="for t in ${programs.join(" ")}; do command -v $t >/dev/null || { echo not installed: $t >&2; exit 1; }; done"]
  start -> toolchain
  toolchain -> exit [label="Tools missing", condition="outcome!=success"]`;

const graph = (name: string, attrs: string, body: string): string => `// ${name}, as asked.
digraph ${name} {
  graph [label="${name}", max_node_visits=5, max_node_failures=3, ${attrs}]
  start [shape=Mdiamond]
  exit [shape=Msquare]${body}
}
`;

/** Work by an agent, a check by a program, back to the work when it fails. */
const checked = (name: string, attrs: string, prompt: string, check: string): string =>
  graph(
    name,
    attrs,
    `${gate(check.split(" ")[0]!)}
  work [auto_status=true, prompt="${prompt}"]
  check [shape=parallelogram, tool_command="${check}"]
  good [shape=diamond]
  toolchain -> work [condition="outcome=success"]
  work -> check -> good
  good -> exit [condition="outcome=success"]
  good -> work [condition="outcome!=success"]`,
  );

export interface Brief {
  readonly brief: string;
  readonly first: string;
  /** A rule that the first answer breaks, as the model is told. */
  readonly broken: string;
  readonly good: string;
}

const spoilt = (brief: string, broken: string, good: string, from: string | RegExp, to: string): Brief => {
  const first = good.replace(from, to);
  if (first === good) throw new Error(`nothing was spoilt: ${brief}`);
  return { brief, broken, good, first };
};

const upgrade = checked(
  "upgrade",
  'goal="Upgrade the framework"',
  "$goal, one major version; fix what breaks.",
  "npm test",
);
const translate = graph(
  "translate",
  'goal="Translate the handbook"',
  `${gate("msgfmt")}
  split [prompt="List the chapters: write them to $ATTRACTOR_STATUS_PATH as context value chapters, status success."]
  each [shape=component, items="chapters"]
  chapter [auto_status=true, prompt="Translate the chapter that work.item names."]
  join [shape=tripleoctagon, merge=all]
  check [shape=parallelogram, tool_command="msgfmt --check po/de.po"]
  toolchain -> split [condition="outcome=success"]
  split -> each [condition="outcome=success"]
  split -> exit [condition="outcome!=success"]
  each -> chapter
  chapter -> join [condition="outcome=success"]
  join -> check [condition="outcome=success"]
  join -> exit [condition="outcome!=success"]
  check -> exit [condition="outcome=success"]
  check -> split [condition="outcome!=success"]`,
);
const fuzz = checked(
  "fuzz",
  'goal="Find crashes"',
  "Write a fuzzer for the parser.",
  "cargo fuzz run parser",
);
const restart = graph(
  "mirror",
  'goal="Mirror the registry"',
  `${gate("rsync")}
  copy [auto_status=true, prompt="Write mirror.sh."]
  sync [shape=parallelogram, tool_command="rsync -a --dry-run a b"]
  good [shape=diamond]
  toolchain -> copy [condition="outcome=success"]
  copy -> sync -> good
  good -> exit [condition="outcome=success"]
  good -> copy [condition="outcome!=success && context.failure_class=transient_infra", loop_restart=true, weight=1]
  good -> copy [condition="outcome!=success"]`,
);
const licences = checked(
  "licences",
  'goal="Check the licences"',
  "Write NOTICE from the licences.",
  "reuse lint",
);
const dashboards = checked(
  "dash",
  'goal="Dashboards"',
  "Write one dashboard a service.",
  "jsonnet fmt --test d",
);
const benchmark = checked(
  "faster",
  'goal="Make $input.function faster", inputs="function"',
  "$goal; measure before and after.",
  "hyperfine ./bench",
);
const release = graph(
  "notes",
  'goal="Release notes"',
  `${gate("git")}
  write [auto_status=true, outputs="NOTES.md", prompt="Write NOTES.md from the commits since the last tag."]
  ask [shape=hexagon, label="Publish the notes?", human.default_choice="[N] No"]
  tag [shape=parallelogram, tool_command="git add NOTES.md"]
  toolchain -> write [condition="outcome=success"]
  write -> ask [condition="outcome=success"]
  write -> exit [condition="outcome!=success"]
  ask -> tag [label="[Y] Yes"]
  ask -> write [label="[N] No"]
  tag -> exit [condition="outcome=success"]
  tag -> exit [condition="outcome!=success"]`,
);
const vote = graph(
  "choose",
  'goal="Choose a queue"',
  `${gate("git")}
  three [shape=component]
  a [auto_status=true, outputs="a.md", prompt="Argue for a table, in a.md."]
  b [auto_status=true, outputs="b.md", prompt="Argue for a broker, in b.md."]
  join [shape=tripleoctagon, merge=all, prompt="The stronger argument."]
  write [auto_status=true, outputs="DECISION.md", prompt="Write DECISION.md."]
  toolchain -> three [condition="outcome=success"]
  three -> a
  three -> b
  a -> join [condition="outcome=success"]
  b -> join [condition="outcome=success"]
  join -> write [condition="outcome=success"]
  join -> exit [condition="outcome!=success"]
  write -> exit [condition="outcome=success"]
  write -> exit [condition="outcome!=success"]`,
);
const docs = checked("examples", 'goal="Run the examples"', "Make each example in docs run.", "pytest docs");

export const BRIEFS: readonly Brief[] = [
  spoilt(
    "Upgrade the web framework by one major version and keep the tests passing",
    "draft_gate_first",
    upgrade,
    "start -> toolchain\n",
    "start -> work\n",
  ),
  spoilt(
    "Translate each chapter of the handbook side by side and check the catalogue",
    "fan_in_unconditional_only",
    translate,
    /join -> check .*\n.*join -> exit .*/,
    "join -> check",
  ),
  spoilt(
    "Find inputs that crash the parser and fix it",
    "unbounded_failure_back_edge",
    fuzz,
    "max_node_visits=5, max_node_failures=3, ",
    "",
  ),
  spoilt(
    "Mirror a registry every night and start again when the network fails",
    "loop_restart_class_guard",
    restart,
    " && context.failure_class=transient_infra",
    "",
  ),
  {
    brief: "Collect the licences of everything we ship",
    first: "Gladly. First, which licences?",
    broken: "no graph",
    good: licences,
  },
  spoilt(
    "A dashboard for each service, formatted",
    "terminal_node",
    dashboards,
    "exit [shape=Msquare]",
    "exit [shape=box]",
  ),
  spoilt(
    "Make a function that I name faster and prove it",
    "input_declared",
    benchmark,
    ', inputs="function"',
    "",
  ),
  spoilt(
    "Write release notes and let me approve them",
    "default_choice_offered",
    release,
    'human.default_choice="[N] No"',
    'human.default_choice="Later"',
  ),
  spoilt(
    "Two opinions on a queue, and a decision",
    "shape_known",
    vote,
    "shape=tripleoctagon",
    "shape=tripleoctogon",
  ),
  spoilt("Every example in the documentation runs", "dot_", docs, "work -> check -> good", "work -> -> good"),
];
