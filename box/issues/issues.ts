import { ok } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { issueOf } from "./find.ts";
import { issueShape } from "./shape.ts";

export const getIssue: RepositoryHandler = (call) => ok(issueShape(call.world, issueOf(call)));
