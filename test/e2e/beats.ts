/** Heartbeats as a job's log has them, and whether their attempt runs there at that line. */

export interface BeatSeen {
  readonly node: string;
  readonly line: string;
  readonly inside: boolean;
}

const SAID = /^(?:\[(?<scope>[^\]]+)\] )?(?<node>\w+) (?:(?<started>started)(?:, |$)|\w+ in [\d.]+ m?s\b)/;

export function beatsOf(log: string): BeatSeen[] {
  const running = new Set<string>();
  const beats: BeatSeen[] = [];
  for (const line of log.split("\n")) {
    if (line.startsWith("heartbeat {")) {
      const beat = JSON.parse(line.slice("heartbeat ".length));
      const inside = running.has(`${beat.branch_key ?? ""} ${beat.node_id}`);
      beats.push({ node: beat.node_id, line, inside });
      continue;
    }
    const said = SAID.exec(line)?.groups;
    if (!said) continue;
    const place = `${said.scope ?? ""} ${said.node}`;
    if (said.started) running.add(place);
    else running.delete(place);
  }
  return beats;
}
