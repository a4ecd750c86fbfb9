/** Made when it is first asked for. What a job may never need, or not yet, must not make every job's start longer. */
export function once<T>(make: () => T): () => T {
  let made: T | undefined;
  return () => {
    made ??= make();
    return made;
  };
}
