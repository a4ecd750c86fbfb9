/** The files to which the patches of `patch-corpus.ts` are applied. */
export const RUST = `use crate::map::Map;

pub struct Monster {
    pub hp: i32,
}

impl Monster {
    pub fn new() -> Self {
        Monster { hp: 10 }
    }

    pub fn hit(&mut self, by: i32) {
        self.hp -= by;
    }
}
`;
export const TS = `export const a = 1;
export const b = 2;

export function sum() {
  return a + b;
}
`;
export const FILES: Readonly<Record<string, string>> = {
  "src/monsters.rs": RUST,
  "src/sum.ts": TS,
  "new.txt": "",
};
