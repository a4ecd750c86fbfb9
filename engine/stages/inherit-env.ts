/** What passes from the driver's environment to a stage: little by itself, more when declared, the job's tokens never. */
import { NEVER_PASSED } from "../config/never-passed.ts";

export type ParentEnv = Readonly<Record<string, string | undefined>>;

/** What a shell, a compiler or a package manager needs of the machine. Names ending in `*` are prefixes. */
const ORDINARY = [
  "PATH HOME USER LOGNAME SHELL LANG LANGUAGE LC_* TZ TERM COLORTERM TMPDIR TMP TEMP XDG_* CI NO_COLOR FORCE_COLOR",
  "HTTP_PROXY HTTPS_PROXY NO_PROXY ALL_PROXY http_proxy https_proxy no_proxy all_proxy",
  "SSL_CERT_FILE SSL_CERT_DIR CURL_CA_BUNDLE REQUESTS_CA_BUNDLE NODE_EXTRA_CA_CERTS PIP_CERT GIT_SSL_CAINFO",
  "NODE_PATH NVM_* COREPACK_* NPM_CONFIG_* PNPM_HOME BUN_INSTALL DENO_DIR",
  "GOPATH GOROOT GOCACHE GOMODCACHE GOPROXY GOFLAGS GOPRIVATE GOSUMDB GONOSUMDB GOTOOLCHAIN",
  "CARGO_* RUSTUP_* RUSTFLAGS JAVA_HOME MAVEN_* GRADLE_* ANDROID_HOME ANDROID_SDK_ROOT DOTNET_*",
  "PYTHON* PIP_* UV_* POETRY_* PYENV_* VIRTUAL_ENV CONDA_* RBENV_* GEM_* BUNDLE_*",
  "CC CXX CFLAGS CXXFLAGS LDFLAGS PKG_CONFIG_PATH LD_LIBRARY_PATH MAKEFLAGS CMAKE_* EMSDK* WASI_SDK_PATH",
]
  .join(" ")
  .split(" ");

const LOOKS_SECRET = /TOKEN|SECRET|KEY|PASSWORD|PASSWD|CREDENTIAL|AUTH/i;

/** Shorter ones are words that a log is full of. */
const SHORTEST_SECRET = 8;

/** What to mask wherever a stage's words go: the values of all variables whose names look like secrets. */
export const secretValues = (env: ParentEnv): string[] =>
  Object.entries(env).flatMap(([name, value]) =>
    LOOKS_SECRET.test(name) &&
    value !== undefined &&
    value.length >= SHORTEST_SECRET &&
    !value.startsWith("/")
      ? [value]
      : [],
  );

/** The machine's ordinary settings, without whatever looks like a secret. */
export function inheritedEnv(parent: ParentEnv): Record<string, string> {
  return pick(parent, (name) => isOrdinary(name) && !LOOKS_SECRET.test(name));
}

/** The variables that the config names, secret or not. */
export function declaredEnv(parent: ParentEnv, names: readonly string[]): Record<string, string> {
  const wanted = new Set(names);
  return pick(parent, (name) => wanted.has(name));
}

function pick(parent: ParentEnv, wanted: (name: string) => boolean): Record<string, string> {
  const entries = Object.entries(parent);
  // The job's token under another name is still the job's token.
  const tokens = new Set(entries.flatMap(([name, value]) => (isJobToken(name) ? [value] : [])));
  const picked: Record<string, string> = {};
  for (const [name, value] of entries) {
    if (value === undefined || NEVER_PASSED.test(name) || tokens.has(value)) continue;
    if (wanted(name)) picked[name] = value;
  }
  return picked;
}

const isJobToken = (name: string): boolean => NEVER_PASSED.test(name) && /TOKEN/.test(name);

const EXACT = new Set(ORDINARY.filter((name) => !name.endsWith("*")));
const PREFIXES = ORDINARY.filter((name) => name.endsWith("*")).map((name) => name.slice(0, -1));

const isOrdinary = (name: string): boolean =>
  EXACT.has(name) || PREFIXES.some((prefix) => name.startsWith(prefix));
