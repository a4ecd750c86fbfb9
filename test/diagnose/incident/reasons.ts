/** One cause as a model told it 35 times: 31 texts, four of them said twice. */
const WHAT = [
  "src/lib.rs is missing, so `cargo check` cannot find the library target",
  "`cargo check` exits with 101: can't find library `rogue`, expected file at `src/lib.rs`",
  "the crate has no src/lib.rs although Cargo.toml declares a lib target; cargo check stops at once",
  "cargo check: couldn't read `src/lib.rs`: No such file or directory (os error 2)",
  '{"check":"cargo check","exit_code":101,"detail":"couldn\'t read src/lib.rs: No such file or directory"}',
  "expected file src/lib.rs was not created by the scaffold stage, and cargo check fails",
  "Checks: Cargo.toml present, src/main.rs present, src/lib.rs absent; cargo check fails with 101",
  "no library target: src/lib.rs does not exist and cargo check cannot go on",
] as const;
const HOW = [
  (what: string) => what,
  (what: string) => `Scaffold verification failed. ${what}`,
  (what: string) => `The scaffold cannot be accepted yet: ${what}`,
  (what: string) => `verify_scaffold: ${what} (3 of 7 checks passed)`,
] as const;

const TEXTS = HOW.flatMap((how) => WHAT.map((what) => how(what))).slice(0, 31);

/** In the order of the rounds; each second saying comes some rounds after the first. */
export const SCAFFOLD_REASONS: readonly string[] = Array.from({ length: 35 }, (_, round) =>
  round < 31 ? (TEXTS[(round * 11) % 31] as string) : (TEXTS[(round - 31) * 7] as string),
);

export const GENERIC = 'failure_reason must be non-empty when status="fail"';
export const NO_STATUS = "missing status.json (auto_status=false)";
export const turnLimit = (turns: number): string => `turn limit reached (max_turns=${turns})`;
