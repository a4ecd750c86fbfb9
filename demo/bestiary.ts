/** The service that one branch of the demo's graph needs. It is down until somebody brings it back. */

export interface Bestiary {
  readonly up: boolean;
  bringBack(): void;
  answer(): { readonly status: number; readonly text: string };
}

/** Row, column, letter. */
const MONSTERS = "2 9 g\n9 22 s\n4 31 D\n";

export function createBestiary(): Bestiary {
  let up = false;
  return {
    get up() {
      return up;
    },
    bringBack() {
      up = true;
    },
    answer: () =>
      up ? { status: 200, text: MONSTERS } : { status: 503, text: "closed for repairs, come back later\n" },
  };
}
