/** What saves asking again, for so many: whatever was used longest ago is forgotten first. */
export interface Newest<V> {
  get(key: string, make: () => V): V;
  peek(key: string): V | undefined;
  set(key: string, value: V): void;
  delete(key: string): void;
}

export function recentlyUsed<V>(most: number): Newest<V> {
  const kept = new Map<string, V>();
  const set = (key: string, value: V): void => {
    kept.delete(key);
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > most && oldest !== undefined) kept.delete(oldest);
  };
  return {
    get(key, make) {
      const value = kept.has(key) ? (kept.get(key) as V) : make();
      set(key, value);
      return value;
    },
    peek: (key) => kept.get(key),
    set,
    delete: (key) => void kept.delete(key),
  };
}
