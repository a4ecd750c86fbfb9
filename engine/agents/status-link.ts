/**
 * The attempt's status file lies in the run folder, which sandboxes keep closed (R-AGENT-23). They open folders: so the
 * path leads into a folder that holds nothing else, and what was written there is moved to its place at the end.
 */
import { dirname, join } from "node:path";
import { asStage } from "./as-stage.ts";

export const statusFolder = (statusPath: string): string => join(dirname(statusPath), "status");

const OPEN = 'mkdir -p -m 700 -- "$2" && ln -s -- "$2/status.json" "$1"';
/** An agent may have put a file in the place of the link: then that is the status. */
const CLOSE =
  'if [ -L "$1" ]; then rm -f -- "$1"; if [ -f "$2/status.json" ] && [ ! -L "$2/status.json" ]; then mv -- "$2/status.json" "$1"; fi; fi; rm -rf -- "$2"';

export const openStatus = (path: string): Promise<string | null> => script(OPEN, path);

export const closeStatus = (path: string): Promise<string | null> => script(CLOSE, path);

const script = (text: string, path: string): Promise<string | null> =>
  asStage("sh", ["-c", text, "status", path, statusFolder(path)]);
