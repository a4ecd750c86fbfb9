/** How the action is bundled; the benchmark of its start is made the same way. */
import { readFileSync } from "node:fs";
import { builtinModules } from "node:module";
import { dirname, join, relative } from "node:path";
import type { BuildOptions, Plugin } from "esbuild";
import { calledLater } from "./called-later.ts";

// Named from this repository: an absolute path would change the names of the parts with the folder of the clone.
const root = join(import.meta.dirname, "..");

/** zod brings its messages in forty languages; ours speaks English. */
const LANGUAGES = /locales\/index\.js$/;
const ENGLISH = `export { default as en } from "./en.js";`;

const englishOnly: Plugin = {
  name: "english-only",
  setup({ onResolve, onLoad }) {
    onResolve({ filter: LANGUAGES }, ({ path, resolveDir }) =>
      resolveDir.includes("/zod/")
        ? { path: relative(root, join(resolveDir, path)), namespace: "english" }
        : null,
    );
    onLoad({ filter: /.*/, namespace: "english" }, ({ path }) => ({
      contents: ENGLISH,
      resolveDir: dirname(join(root, path)),
    }));
  },
};

/**
 * The small zod is a copy of its own: one that it shares with the large one would bring all that anybody calls into the
 * part that every job loads first.
 */
const smallZod: Plugin = {
  name: "small-zod",
  setup({ onResolve, onLoad }) {
    const namespace = "small-zod";
    const small = (file: string) => ({ path: relative(root, file), namespace, sideEffects: false });
    onResolve({ filter: /^zod\/mini$/ }, () => small(join(root, "node_modules/zod/mini/index.js")));
    onResolve({ filter: /^\./, namespace }, ({ path, resolveDir }) => small(join(resolveDir, path)));
    onLoad({ filter: /.*/, namespace }, ({ path }) => ({
      contents: LANGUAGES.test(path) ? ENGLISH : readFileSync(join(root, path), "utf8"),
      resolveDir: dirname(join(root, path)),
    }));
  },
};

/** Of our own `package.json` somebody asks for the version alone. */
const versionOnly: Plugin = {
  name: "version-only",
  setup({ onLoad }) {
    const own = join(root, "package.json");
    onLoad({ filter: /[\\/]package\.json$/ }, ({ path }) => {
      if (path !== own) return null;
      const { version } = JSON.parse(readFileSync(path, "utf8"));
      return { contents: JSON.stringify({ version }), loader: "json" };
    });
  },
};

const RULES = /engine\/graph\/lint\/rules\/[^/]+\.ts$/;
/** What only the reference pages and the tests read. */
const PROSE = /^ {2}(title|bad|good|explain):\s*(?:`(?:[^`\\]|\\.)*`|"(?:[^"\\]|\\.)*"),$/gm;

/** A job checks graphs; it does not explain its rules. */
const rulesWithoutProse: Plugin = {
  name: "rules-without-prose",
  setup({ onLoad }) {
    onLoad({ filter: RULES }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(PROSE, '  $1: "",'),
      loader: "ts",
    }));
  },
};

const CORE = "@actions/core";

/** Its doors to the network are large, and it does nothing by being loaded: what nobody calls is left out. */
const calledOnly: Plugin = {
  name: "called-only",
  setup({ onResolve, resolve }) {
    onResolve({ filter: /^@actions\/|^\.\// }, async ({ path, pluginData, ...options }) => {
      const { importer, namespace, resolveDir, kind } = options;
      if (pluginData === "asked" || !(path === CORE || importer.includes(`/node_modules/${CORE}/`)))
        return null;
      const found = await resolve(path, { importer, namespace, resolveDir, kind, pluginData: "asked" });
      return { ...found, sideEffects: false };
    });
  },
};

export const bundleOptions = {
  outExtension: { ".js": ".mjs" },
  bundle: true,
  // Each part of a hop loads what it needs.
  splitting: true,
  chunkNames: "part-[hash]",
  platform: "node",
  target: "node24",
  format: "esm",
  minify: true,
  legalComments: "none",
  plugins: [smallZod, englishOnly, rulesWithoutProse, calledOnly, versionOnly],
  alias: { undici: join(import.meta.dirname, "bundled-undici.ts") },
  // Some dependencies are CommonJS and ask for Node's own modules by `require`.
  banner: {
    js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);',
  },
  logLevel: "warning",
} satisfies BuildOptions;

/** What each job that runs stages loads before it decides. */
const FIRST = ["action/job.ts", "action/parts/trunk.ts"];
/** What it loads then, to run them. */
const SECOND = ["action/work/trunk-work.ts"];

/**
 * One part for each of the two: the bundler puts files together that the same entries need, so whatever is loaded later says that it
 * needs those files too, which it finds loaded. They are 80 parts otherwise, and a part costs as much as 10 KB of code.
 */
const oneFirstPart: Plugin = {
  name: "one-first-part",
  setup({ onResolve, onLoad, resolve }) {
    const namespace = "later";
    onResolve({ filter: /^\..*\.ts$/ }, async ({ path, kind, importer, resolveDir }) => {
      if (kind !== "dynamic-import") return null;
      const found = await resolve(path, { importer, resolveDir, kind: "import-statement" });
      return { path: relative(root, found.path), namespace };
    });
    onLoad({ filter: /.*/, namespace }, ({ path }) => {
      const before = FIRST.includes(path) ? FIRST : [...FIRST, ...SECOND];
      return {
        contents: [...before.map((file) => `import "./${file}";`), `export * from "./${path}";`].join("\n"),
        resolveDir: root,
      };
    });
  },
};

const LIST_OF_RULES = /engine[\\/]graph[\\/]lint[\\/]rules\.ts$/;
const IMPORTED_RULE = /^import \{ rule as (\w+) \} from "(\.\/rules\/[^"]+)";\n/gm;

/** A job reads errors alone of what is said about its graph: a rule that only warns is run where somebody reads it. */
const rulesThatRefuse: Plugin = {
  name: "rules-that-refuse",
  setup({ onLoad }) {
    onLoad({ filter: LIST_OF_RULES }, ({ path }) => {
      let contents = readFileSync(path, "utf8");
      for (const [line, name, file] of contents.matchAll(IMPORTED_RULE))
        if (!readFileSync(join(dirname(path), file!), "utf8").includes('"error"'))
          contents = contents.replace(line, "").replace(`\n  ${name},`, "");
      return { contents, loader: "ts" };
    });
  },
};

/** A regular expression where an expression may begin: its text and its flags. */
const LITERAL = /(?<=[(=:,>&|!?]\s*|return )\/((?:[^/\\[\n]|\\.|\[(?:[^\]\\\n]|\\.)*\])+)\/([a-z]*)/g;

/**
 * V8 makes the sets of letters that a literal asks for when it only looks for the end of the function around it, and
 * again when that runs. What is called is made when it is called.
 */
const lettersLater: Plugin = {
  name: "letters-later",
  setup({ onLoad }) {
    onLoad({ filter: /engine[\\/](?:failure|graph)[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replaceAll(LITERAL, (literal, text: string, flags: string) =>
        text.includes("\\p{") ? `new RegExp(${JSON.stringify(text)}, "${flags}")` : literal,
      ),
      loader: "ts",
    }));
  },
};

/** Dependencies write `fs` and we `node:fs`: to Node they are two names, and each is looked up. */
const oneNameOfNode: Plugin = {
  name: "one-name-of-node",
  setup({ onResolve }) {
    const names = new RegExp(`^(?:${builtinModules.join("|")})$`);
    onResolve({ filter: names }, ({ path }) => ({
      path: `node:${path.replace("node:", "")}`,
      external: true,
    }));
  },
};

const sources = [rulesThatRefuse, ...bundleOptions.plugins, lettersLater, oneNameOfNode];

export const actionOptions = {
  ...bundleOptions,
  plugins: [oneFirstPart, calledLater({ ...bundleOptions, plugins: sources }), ...sources],
} satisfies BuildOptions;

/** The process in which an agent's tools work, in one piece: it is copied to where the stages' user can read it. */
export const toolHostOptions = {
  ...bundleOptions,
  splitting: false,
  entryPoints: { "tool-host": "engine/agents/api/tool-host/main.ts" },
} satisfies BuildOptions;
