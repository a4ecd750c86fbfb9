/** Programs that reports mention by the way: "cargo check fails" is about what cargo found, not about cargo. */
const words = (text: string): ReadonlySet<string> => new Set(text.split(/\s+/));

export const TOOLS = words(
  `cargo rustc rustup npm npx yarn pnpm bun deno node tsc eslint biome prettier jest vitest mocha vite webpack rollup esbuild go gofmt golangci-lint
  make cmake ninja gcc g++ cc clang ld cc1 collect2 docker podman buildx kubectl helm terraform tofu git gh pip pip3 python python3 pytest mypy
  ruff black flake8 pylint poetry uv tox mvn maven gradle gradlew java javac dotnet nuget msbuild ruby bundle rspec rubocop rake php composer
  phpunit swift xcodebuild shellcheck hadolint sh bash zsh curl wget tar psql mysql sqlite3 redis-cli playwright cypress wasm-pack wasm-bindgen
  ansible ansible-playbook packer aws gcloud az surefire javadoc ktlint detekt stylelint markdownlint tflint bandit sphinx mkdocs
  ssh scp rsync systemd systemctl actionlint ctest bazel buck sbt mix cabal nx turbo lerna storybook cucumber behave newman jmeter locust k6 lighthouse trivy snyk codeql semgrep checkov
  tfsec kubeconform kustomize skaffold argocd vagrant puppet nomad vercel netlify wrangler firebase prisma knex alembic flyway liquibase rails
  django dbt gitleaks cspell phpstan psalm swiftlint buf protoc spectral commitlint knip oxlint turbopack parcel swc babel rollup emcc gdb valgrind
  cppcheck clang-tidy clang-format scalac kotlinc ghc stack opam dune elixir erlc lua luacheck perl r julia`,
);

export const SUBCOMMANDS = words(
  `run build check test install ci lint start exec apply plan validate init fmt format clippy vet mod tidy get push pull merge checkout clone
  commit rebase fetch switch verify package compile deploy upgrade template publish restore up down add sync all ps doc docs bench`,
);
