/** Forty misconfigurations, each with the sentence that fixes it. */
import { graph, tool } from "./world.ts";

export interface Misconfigured {
  readonly graph?: string;
  readonly config?: string;
  readonly files?: Readonly<Record<string, string>>;
  readonly args?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Commands on the PATH beside those of the machine: a script each. */
  readonly commands?: Readonly<Record<string, string>>;
  readonly says: readonly string[];
}

const asks = (attrs = "") => graph(`it [prompt="Do it" ${attrs}]; s -> it -> e`);
const provider = (name: string, declared: string, more = "") =>
  `llm: { providers: { ${name}: { ${declared}, failover: [] } }${more === "" ? "" : `, ${more}`} }\n`;
const ZAI = provider("zai", "backend: api");
const zai = ', llm_provider=zai, llm_model="glm-4.7"';
const ZAI_KEY = { ZAI_API_KEY: "z" };
const HOOKS = ', tool_hooks.pre="true"';

export const PROVIDERS: Readonly<Record<string, Misconfigured>> = {
  "no provider at all": {
    graph: asks(),
    says: ["write llm: { providers: { anthropic: { backend: api } } }", "with the key in ANTHROPIC_API_KEY"],
  },
  "a provider that is not declared": {
    graph: asks(zai),
    config: provider("kimi", "backend: api"),
    says: ["write llm: { providers: { zai: { backend: api } } } with the key in ZAI_API_KEY"],
  },
  "a provider that nobody knows": {
    graph: asks(", llm_provider=ours"),
    says: ["ours: { backend: api, api: { protocol: openai_chat_completions, base_url:"],
  },
  "several providers, and the node names none": {
    graph: asks(),
    config: "llm: { providers: { zai: { backend: api }, kimi: { backend: api } } }\n",
    says: ["add llm_provider=zai (or another of zai, kimi) to node it"],
  },
  "a provider of one's own without an address": {
    graph: asks(", llm_provider=ours, llm_model=m"),
    config: provider("ours", "backend: api"),
    says: ["llm.providers.ours.api lacks protocol, base_url, api_key_env"],
  },
  "failover to nobody": {
    graph: asks(zai),
    config: "llm: { providers: { zai: { backend: api, failover: [kimi] } } }\n",
    env: ZAI_KEY,
    says: ["llm.providers.zai.failover names kimi, which is not declared: take it out"],
  },
  "escalation to nobody": {
    graph: asks(`${zai}, escalation_models="openai:gpt-5.2"`),
    config: ZAI,
    env: ZAI_KEY,
    says: ["write llm: { providers: { openai: { backend: api } } }"],
  },
  "an agent by protocol without an address or an account": {
    graph: asks(", llm_provider=other"),
    config: provider("other", "backend: acp, command: x"),
    says: ["or write auth: login, where the agent has an account of its own"],
  },
};

export const MODELS: Readonly<Record<string, Misconfigured>> = {
  "a model that was renamed": {
    graph: asks(', llm_provider=google, llm_model="gemini-3-pro"'),
    config: provider("google", "backend: api"),
    says: ["did you mean gemini-3-pro-preview?"],
  },
  "another provider's model": {
    graph: asks(', llm_provider=anthropic, llm_model="glm-4.7"'),
    config: provider("anthropic", "backend: api"),
    says: ["which is no model of anthropic: zai has it"],
  },
  "a forced model that there is not": {
    graph: asks(zai),
    config: provider("zai", "backend: api", "force_models: { zai: glm-9 }"),
    env: ZAI_KEY,
    says: ["llm.force_models names glm-9, which is no model of zai"],
  },
  "a model forced by the command line on nobody": {
    graph: asks(zai),
    config: ZAI,
    env: ZAI_KEY,
    args: ["--force-model", "kimi=kimi-k2.5"],
    says: ["llm.force_models names kimi, which is not declared: take it out"],
  },
  "an escalation to a model that there is not": {
    graph: asks(`${zai}, escalation_models="zai:glm-99"`),
    config: ZAI,
    env: ZAI_KEY,
    says: ["glm-99, which is no model of zai"],
  },
  "no model where the provider has no usual one": {
    graph: asks(", llm_provider=ours"),
    config: provider(
      "ours",
      'backend: api, api: { protocol: anthropic_messages, base_url: "http://127.0.0.1:1", api_key_env: K }',
    ),
    env: { K: "k" },
    says: ["no model and ours has no usual one: add llm_model to the node or to the stylesheet"],
  },
  "a prompt that does not fit into the model": {
    graph: graph(`it [prompt_file="long.md", llm_provider=zai, llm_model=tiny]; s -> it -> e`),
    files: { "long.md": "word ".repeat(20_000) },
    config: provider("zai", "backend: api, models: { tiny: { input: 1, output: 1, context: 8000 } }"),
    env: ZAI_KEY,
    says: ["and tiny holds 8000: shorten it, or name a model that holds more"],
  },
};

export const KEYS_AND_COMMANDS: Readonly<Record<string, Misconfigured>> = {
  "no key": { graph: asks(zai), config: ZAI, says: ["zai has no key: set ZAI_API_KEY"] },
  "an empty key": {
    graph: asks(zai),
    config: ZAI,
    env: { ZAI_API_KEY: "" },
    says: ["set ZAI_API_KEY (on GitHub: add it as a secret and pass it to the workflow)"],
  },
  "a listed failover without its key": {
    graph: asks(zai),
    config:
      "llm: { providers: { zai: { backend: api, failover: [kimi] }, kimi: { backend: api, failover: [] } } }\n",
    env: ZAI_KEY,
    says: ["kimi has no key: set KIMI_API_KEY"],
  },
  "Copilot in a job without the permission": {
    graph: asks(", llm_provider=copilot"),
    config: provider("copilot", "backend: cli"),
    commands: { copilot: "echo --output-format --allow-tool --model" },
    env: { GITHUB_ACTIONS: "true", GITHUB_TOKEN: "", COPILOT_GITHUB_TOKEN: "" },
    says: ["on GitHub give the job permissions: copilot-requests: write"],
  },
  "a command that is not installed": {
    graph: asks(", llm_provider=google"),
    config: provider("google", "backend: cli, executable: gemini-not-here"),
    args: ["--allow-test-shim"],
    says: ["needs the command gemini-not-here, which is not on the PATH: install it"],
  },
  "an old command without what is needed": {
    graph: asks(", llm_provider=anthropic"),
    config: provider("anthropic", "backend: cli"),
    commands: {
      claude:
        'case "$*" in *version*) echo 0.9.1;; *) echo --output-format --permission-mode --permission-prompts --setting-sources --strict-mcp-config;; esac',
    },
    env: { ANTHROPIC_API_KEY: "a" },
    says: ["claude 0.9.1 does not know --verbose: install a current version of it"],
  },
  "a command of no known kind": {
    graph: asks(", llm_provider=zai"),
    config: provider("zai", "backend: cli"),
    says: ["set executable to claude, codex, gemini or copilot"],
  },
  "a stand-in for a command": {
    graph: asks(", llm_provider=anthropic"),
    config: provider("anthropic", "backend: cli, executable: ./shim.sh"),
    files: { "shim.sh": "echo" },
    says: ["./shim.sh may be a stand-in for claude: give --allow-test-shim"],
  },
  "hooks for a backend that has none": {
    graph: asks(`, llm_provider=ours ${HOOKS}`),
    config: provider("ours", "backend: command, command: x"),
    says: ["asks for tool_hooks, and a provider of backend command has none: take them out"],
  },
};

export const GRAPHS: Readonly<Record<string, Misconfigured>> = {
  "a default that is none of a question's choices": {
    graph: graph(
      'q [shape=hexagon, human.default_choice="Maybe"]; s -> q; q -> e [label="Yes"]; q -> s [label="No"]',
    ),
    says: ['human.default_choice "Maybe" is none of the choices of q'],
  },
  "a list that nobody can set": {
    graph: graph(
      `f [shape=component, items="parts"]; ${tool("x", "true")}; j [shape=tripleoctagon]; s -> f -> x -> j; j -> e [condition="outcome=success"]; j -> e [condition="outcome=fail"]`,
    ),
    says: ["no stage before f can set parts, its items"],
  },
  "an exit that cannot be reached": {
    graph: `digraph g { s [shape=Mdiamond]; e [shape=Msquare]; ${tool("a", "true")}; s -> a; a -> a [condition="outcome=fail"] }`,
    says: ["e cannot be reached from s"],
  },
  "a shape that is a misspelling": {
    graph: graph("q [shape=hexgon]; s -> q -> e"),
    says: ["hexagon"],
  },
  "a tool without a command": {
    graph: graph("t [shape=parallelogram]; s -> t -> e"),
    says: ["tool_command"],
  },
  "an input that is used and never declared where items read it": {
    graph: graph(
      `f [shape=component, items="input.parts"]; ${tool("x", "true")}; j [shape=tripleoctagon]; s -> f -> x -> j; j -> e [condition="outcome=success"]; j -> e [condition="outcome=fail"]`,
    ),
    says: ["items names input.parts, which is no declared input"],
  },
  "a script that is not in the repository": {
    graph: graph(`${tool("t", "scripts/check.sh --all")}; s -> t -> e`),
    says: ["node t runs scripts/check.sh, which is not in the repository: add it (git add scripts/check.sh)"],
  },
  "a script that may not be executed": {
    graph: graph(`${tool("t", "./check.sh")}; s -> t -> e`),
    files: { "check.sh": "true" },
    says: ["node t runs check.sh, which may not be executed: chmod +x check.sh and commit it"],
  },
  "a hook that is not in the repository": {
    graph: asks(`${zai}, tool_hooks.pre="bash hooks/guard.sh"`),
    config: ZAI,
    env: ZAI_KEY,
    says: ["node it runs hooks/guard.sh, which is not in the repository"],
  },
};

const takes = (attrs: string) => graph(`${tool("t", "true")}; s -> t -> e`, attrs);

export const INPUTS: Readonly<Record<string, Misconfigured>> = {
  "an input that is not given": { graph: takes('inputs="task"'), says: ["give --input task=…"] },
  "an input that the graph does not have": {
    graph: takes('inputs="task"'),
    args: ["--input", "task=x", "--input", "tusk=y"],
    says: ["g has no input tusk; did you mean task?"],
  },
  "an input of another kind": {
    graph: takes('inputs="count", input.count.type=integer'),
    args: ["--input", "count=many"],
    says: ["the input count", "give --input count=…"],
  },
  "a file that is not there": {
    graph: takes('inputs="spec", input.spec.type=file'),
    args: ["--input", "spec=docs/spec.md"],
    says: ["the input spec: there is no file docs/spec.md"],
  },
  "a secret whose variable is not set": {
    graph: takes('inputs="token", input.token.type=secret'),
    args: ["--input", "token=NOT_SET_ANYWHERE"],
    says: ["the input token: the environment variable NOT_SET_ANYWHERE is not set"],
  },
  "an answer to a question that is never put": {
    graph: takes(""),
    args: ["--answer", "ship=Yes"],
    says: ["ship"],
  },
};

export const CONFIGURATION: Readonly<Record<string, Misconfigured>> = {
  "a key that there is not": {
    graph: takes(""),
    config: "budgte: { usd: 5 }\n",
    says: ["c.yml:1:1", "budget"],
  },
  "a value of another kind": {
    graph: takes(""),
    config: "budget: { usd: five }\n",
    says: ["c.yml:1:11: budget.usd"],
  },
};
