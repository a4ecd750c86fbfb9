/** What a part says of itself: red or green, and its output. */
export interface Said {
  readonly red: boolean;
  readonly go: string;
}

export const GREEN: Said = { red: false, go: "" };
