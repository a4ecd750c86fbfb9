/** The actions outside the box that `uses:` may name, with the versions that exist: a wrong pin fails as on GitHub. */
import { join } from "node:path";
import type { ActionsRegistry, StandIn } from "./places.ts";

/** Their sources, or where the tests have bundled them. */
const FOLDER = process.env.ATTRACTOR_STAND_INS ?? join(import.meta.dirname, "actions");

const standIn = (name: string, ...refs: readonly string[]): readonly [string, StandIn] => [
  `actions/${name}`,
  {
    folder: join(FOLDER, name),
    refs: new Set(refs),
    strict: true,
  },
];

export const standIns: ActionsRegistry = new Map([
  standIn(
    "checkout",
    ...["v7", "v7.0.1", "3d3c42e5aac5ba805825da76410c181273ba90b1"],
    ...["v6", "v6.1.0", "d23441a48e516b6c34aea4fa41551a30e30af803"],
  ),
  standIn(
    "upload-artifact",
    ...["v7", "v7.0.0", "bbbca2ddaa5d8feaa63e36b76fdaad77386f024f"],
    ...["v6", "v6.0.0", "b7c566a772e6b6bfb58ed0dc250532a479d7789f"],
  ),
  standIn(
    "download-artifact",
    ...["v8", "v8.0.1", "3e5f45b2cfb9172054b4087a40e8e0b5a5461e7c"],
    ...["v7", "v7.0.0", "37930b1c2abaa49bbe596cd826c3c89aef350131"],
  ),
  standIn(
    "setup-node",
    ...["v7", "v7.0.0", "820762786026740c76f36085b0efc47a31fe5020"],
    ...["v6", "v6.5.0", "249970729cb0ef3589644e2896645e5dc5ba9c38"],
  ),
]);
