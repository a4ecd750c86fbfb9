// A run starts without V8's optimizing compilers (bin/attractor): they hold 20 MB, and in 800 stages save no time. A run that
// computes for long is what they are for.
const { setFlagsFromString } = process.getBuiltinModule("node:v8");

const PAYS_MS = 5000;
const LOOK_MS = 2000;

/** `paysMs`: of this process's own time, system calls left out. */
export function optimizeLater({ paysMs = PAYS_MS, lookMs = LOOK_MS } = {}) {
  const looking = setInterval(() => {
    if (process.cpuUsage().user < paysMs * 1000) return;
    clearInterval(looking);
    for (const compiler of ["--maglev", "--opt"]) setFlagsFromString(compiler);
  }, lookMs).unref();
}
