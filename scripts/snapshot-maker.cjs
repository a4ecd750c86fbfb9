// Runs under `node --build-snapshot`: the heap at its end is what every later start begins with (docs/decisions/175).
const { readFileSync } = require("node:fs");
const { startupSnapshot } = require("node:v8");
// By call, as all of Node's own in the bundle: `require` warns here of some.
const { compileFunction } = process.getBuiltinModule("node:vm");

const { bundle, commands, tried, given } = JSON.parse(readFileSync(process.argv[2], "utf8"));
const program = compileFunction(readFileSync(bundle, "utf8"), ["module", "exports"], { filename: bundle });

/** Its modules have their own state each time; V8 compiles a function of them once. */
function made() {
  const module = { exports: {} };
  program(module, module.exports);
  return module.exports;
}

/** What would be this process's here and another's later. */
function without(names, work) {
  const were = names.map((name) => Object.getOwnPropertyDescriptor(process, name));
  for (const name of names)
    Object.defineProperty(process, name, {
      configurable: true,
      get() {
        throw new Error(`process.${name} is read while a snapshot is made`);
      },
    });
  const back = () => names.forEach((name, n) => void Object.defineProperty(process, name, were[n]));
  return work().finally(back);
}

/** What a run leaves listening would keep all of it. */
async function leavingNothing(work) {
  const names = () => process.eventNames();
  const before = new Map(names().map((name) => [name, process.listeners(name)]));
  await work();
  for (const name of names())
    for (const listener of process.listeners(name)) {
      if (before.get(name)?.includes(listener)) continue;
      if (name === "exit") listener(0);
      process.removeListener(name, listener);
    }
}

/** Not `stderr`: each socket looks at its end whether it is that. */
const STREAMS = ["stdin", "stdout"];

async function make() {
  await leavingNothing(() =>
    without(STREAMS, async () => {
      const first = made();
      for (const args of tried) {
        const { code, said } = await first.run(args);
        if (code !== 0) throw new Error(`${args.join(" ")} ended with ${code}: ${said}`);
      }
    }),
  );
  const { main } = await without([...STREAMS, "stderr", "env", "argv", "pid", "cwd"], async () => {
    const program = made();
    await program.load(commands);
    return program;
  });
  startupSnapshot.setDeserializeMainFunction(main, given);
}

make().catch((error) => {
  process._rawDebug(error.stack);
  process.exit(1);
});
