/** Concurrency groups of a repository: one holder, pending members by the group's queue mode, deadlocks refused. */

const MAX_QUEUE = 100;

export interface GroupRequest {
  readonly group: string;
  readonly cancelInProgress: boolean;
  readonly queue: "single" | "max";
}

/** Something that waits for a group: a run, or a job of one. */
export interface Member {
  /** Runs and calling jobs that this one is part of; a group held by one of them can never come free. */
  readonly ancestors: readonly Member[];
  readonly name: string;
  readonly acquired: () => void;
  /** Told to go: evicted from the queue, cancelled while it held the group, or refused. */
  readonly evicted: (message: string) => void;
}

interface Group {
  readonly name: string;
  holder: Member | undefined;
  pending: Member[];
}

export interface ConcurrencyGroups {
  join(repository: string, request: GroupRequest, member: Member): void;
  /** Gives back whatever the member holds or waits for. */
  leave(member: Member): void;
}

export function createConcurrencyGroups(): ConcurrencyGroups {
  const groups = new Map<string, Group>();

  const groupOf = (repository: string, name: string): Group => {
    const key = `${repository}\n${name}`.toLowerCase();
    const found = groups.get(key) ?? { name, holder: undefined, pending: [] };
    groups.set(key, found);
    return found;
  };

  return {
    join(repository, request, member) {
      const group = groupOf(repository, request.group);
      const { holder } = group;
      if (holder === undefined) {
        group.holder = member;
        member.acquired();
        return;
      }
      if (member.ancestors.includes(holder)) {
        member.evicted(
          `Canceling since a deadlock was detected for concurrency group: '${group.name}' between ${holder.name} and '${member.name}'`,
        );
        return;
      }
      const higher = `Canceling since a higher priority waiting request for '${group.name}' exists`;
      if (request.queue === "max") {
        if (group.pending.length >= MAX_QUEUE) {
          member.evicted(`Canceling since the queue of concurrency group '${group.name}' is full`);
          return;
        }
        group.pending.push(member);
      } else {
        const replaced = group.pending;
        group.pending = [member];
        for (const old of replaced) old.evicted(higher);
      }
      if (request.cancelInProgress) holder.evicted(higher);
    },
    leave(member) {
      for (const [key, group] of groups) {
        group.pending = group.pending.filter((waiting) => waiting !== member);
        if (group.holder !== member) continue;
        group.holder = group.pending.shift();
        if (group.holder === undefined) groups.delete(key);
        else group.holder.acquired();
      }
    },
  };
}
