/** A bounded pool of runners and the queue of jobs before it. */

export interface Runners {
  /** Calls `start` with a runner's name when one that has all labels is free; the answer takes the request back. */
  request(labels: readonly string[], start: (runner: string) => void): () => void;
  release(runner: string): void;
}

interface Request {
  readonly labels: readonly string[];
  readonly start: (runner: string) => void;
}

export function createRunners(count: number, labels: ReadonlySet<string>): Runners {
  const free = Array.from({ length: count }, (_, index) => `box-runner-${index + 1}`);
  let queue: Request[] = [];

  const serve = () => {
    for (const request of queue) {
      if (!request.labels.every((label) => labels.has(label.toLowerCase()))) continue;
      const runner = free.shift();
      if (runner === undefined) return;
      queue = queue.filter((other) => other !== request);
      request.start(runner);
    }
  };

  return {
    request(wanted, start) {
      const request = { labels: wanted, start };
      queue.push(request);
      queueMicrotask(serve);
      return () => {
        queue = queue.filter((other) => other !== request);
      };
    },
    release(runner) {
      free.push(runner);
      queueMicrotask(serve);
    },
  };
}
