/** What of a home an agent's commands may not see, and what they may write: relative to the home. Pure. */
import { dirname } from "node:path";

/** The temp folder and the devices within are its own: what lies there outside is not seen, unless it is mounted by its name. */
const HIDDEN = /^\/(?:(?:var\/)?tmp|dev\/shm)\//;

export const isHidden = (path: string): boolean => HIDDEN.test(path);

/** The folder of a program that would not be seen within. */
export const hiddenFolderOf = (program: string): string[] => (isHidden(program) ? [dirname(program)] : []);

/** Keys, logins and what other programs remember. */
export const PRIVATE: readonly string[] = [
  ...[".ssh", ".gnupg", ".aws", ".azure", ".config/gcloud", ".kube", ".terraform.d", ".vault-token"],
  ...[
    ".netrc",
    ".git-credentials",
    ".config/git/credentials",
    ".config/gh",
    ".config/hub",
    ".config/glab-cli",
  ],
  ...[".npmrc", ".yarnrc.yml", ".pypirc", ".config/pip", ".cargo/credentials", ".cargo/credentials.toml"],
  ...[
    ".gem/credentials",
    ".composer/auth.json",
    ".m2/settings.xml",
    ".gradle/gradle.properties",
    ".nuget/NuGet",
  ],
  ...[
    ".docker/config.json",
    ".config/containers/auth.json",
    ".password-store",
    ".local/share/keyrings",
    ".config/op",
  ],
  ...[".mozilla", ".config/google-chrome", ".config/chromium", ".pki"],
  ...[
    ".bash_history",
    ".zsh_history",
    ".python_history",
    ".node_repl_history",
    ".psql_history",
    ".pgpass",
    ".my.cnf",
  ],
  ...[".claude", ".claude.json", ".codex", ".gemini", ".copilot", ".config/github-copilot"],
  ...[".config/opencode", ".local/share/opencode", ".local/state/attractor"],
];

/** Where tools keep what they can fetch again. With a variable: used from elsewhere where the folder is not there. */
export const CACHES: readonly { readonly path: string; readonly variable?: string }[] = [
  { path: ".cache", variable: "XDG_CACHE_HOME" },
  { path: ".npm", variable: "NPM_CONFIG_CACHE" },
  { path: "go/pkg/mod", variable: "GOMODCACHE" },
  { path: ".cargo/registry" },
  { path: ".cargo/git" },
  { path: ".gradle/caches" },
  { path: ".m2/repository" },
  { path: ".nuget/packages" },
  { path: ".pnpm-store" },
  { path: ".local/share/pnpm" },
  { path: ".bun/install/cache" },
  { path: ".composer/cache" },
];

/** Variables that name such a folder elsewhere. */
export const CACHE_VARIABLES: readonly string[] = [
  ...["XDG_CACHE_HOME", "NPM_CONFIG_CACHE", "npm_config_cache", "PIP_CACHE_DIR", "UV_CACHE_DIR"],
  ...["GOCACHE", "GOMODCACHE", "EM_CACHE"],
];

/** Sockets of services and of people's sessions lie here; what names are resolved by lies here too. */
export const SOCKETS = "/run";
export const OF_SOCKETS: readonly string[] = [
  ...["/run/systemd/resolve", "/run/resolvconf", "/run/NetworkManager/resolv.conf", "/run/netconfig"],
  ...["/run/current-system", "/run/opengl-driver", "/run/booted-system"],
];
