/** The logs of the four branches, up to the kill. */
import { at, attempt, beats, type End, inOrder, iso, type Line } from "./lines.ts";
import { GENERIC, NO_STATUS, turnLimit } from "./reasons.ts";

type Step = readonly [node: string, from: string, to: string, end: End];
const GOOD: End = { status: "success" };
const bad = (reason: string): End => ({ status: "fail", reason });
const BEGUN = "16:21:50.100";
/** Since when nothing but heartbeats came from the first branch, and until when those came. */
const DONE = "2026-02-10T16:42:11.818881199Z";
const LAST_BEAT = "2026-02-10T17:09:53.173452309Z";

/** Steps one after the other, with the heartbeats of whoever worked. */
const played = (steps: readonly Step[]): Line[] =>
  steps.flatMap(([node, from, to, end]) => [
    ...attempt(node, at(from), at(to), end),
    ...(node.startsWith("check_")
      ? []
      : beats(node, at(from), at(from), at(to) - 1, Math.floor((at(to) - at(from)) / 30_000))),
  ]);

function dungeon(): Line[] {
  const steps = played([
    ["impl_dungeon", BEGUN, "16:33:40", GOOD],
    ["verify_dungeon", "16:33:40", "16:42:11.8", GOOD],
    ["check_dungeon", "16:42:11.8", "16:42:11.818", GOOD],
  ]);
  const lines = inOrder(steps);
  const end = lines.findLastIndex(({ event }) => event === "stage_attempt_end");
  lines[end] = { ...lines[end]!, ts: DONE };
  const stale = beats("verify_dungeon", at("16:33:40"), Date.parse(DONE) + 100, Date.parse(LAST_BEAT), 140);
  return [...lines, ...stale.slice(0, -1), { ...stale[139]!, ts: LAST_BEAT }];
}

function combat(): Line[] {
  const [impl, verify, check] = ["impl_combat_items", "verify_combat_items", "check_combat_items"] as const;
  const override = (node: string, ms: number): Line => ({
    event: "warning",
    ts: iso(ms),
    message: `force-model override applied (node=${node} provider=anthropic model=opus)`,
  });
  return inOrder([
    override(impl, at(BEGUN) + 200),
    override(verify, at("16:38:02") + 200),
    ...played([
      [impl, BEGUN, "16:38:02", GOOD],
      [verify, "16:38:02", "16:40:00", bad(NO_STATUS)],
      [check, "16:40:00", "16:40:00", bad(GENERIC)],
      [impl, "16:40:00", "16:48:30", GOOD],
      [verify, "16:48:30", "16:52:30", bad(NO_STATUS)],
      [check, "16:52:30", "16:52:30", bad(GENERIC)],
      [impl, "16:53:05.5", "17:02:00.029", GOOD],
      [verify, "17:02:00.5", "17:06:29.078", bad(NO_STATUS)],
      [check, "17:06:29.2", "17:06:29.2", bad(GENERIC)],
    ]),
  ]);
}

function monsters(): Line[] {
  const rounds: readonly [string, string, string][] = [
    [BEGUN, "16:35:10", "16:36:40"],
    ["16:36:40", "16:44:20", "16:46:00"],
    ["16:46:00", "16:54:05", "16:55:30"],
    ["16:55:30", "17:03:40", "17:05:20"],
  ];
  return inOrder(rounds.flatMap(([from, built, seen]) => round("monsters", from, built, seen)));
}

const round = (name: string, from: string, built: string, seen: string): Line[] =>
  played([
    [`impl_${name}`, from, built, bad(turnLimit(25))],
    [`verify_${name}`, built, seen, bad(turnLimit(8))],
    [`check_${name}`, seen, seen, bad(GENERIC)],
  ]);

function playerIo(): Line[] {
  const [begun] = attempt("verify_player_io", at("17:09:20"), at("17:09:20"), GOOD);
  return inOrder([
    ...round("player_io", BEGUN, "16:44:10", "16:47:30"),
    ...played([["impl_player_io", "16:47:30", "17:09:20", bad(turnLimit(25))]]),
    begun!,
    ...beats("verify_player_io", at("17:09:20"), at("17:09:20"), at("17:09:50"), 1),
  ]);
}

export const BRANCHES: readonly { readonly key: string; readonly lines: () => Line[] }[] = [
  { key: "01-impl_dungeon", lines: dungeon },
  { key: "02-impl_combat_items", lines: combat },
  { key: "03-impl_monsters", lines: monsters },
  { key: "04-impl_player_io", lines: playerIo },
];
