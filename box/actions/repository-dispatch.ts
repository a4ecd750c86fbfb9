import { noContent, unprocessable } from "../http/answer.ts";
import type { RepositoryHandler } from "../http/call.ts";
import { pusherFrom } from "../repos/pusher.ts";

const LONGEST = 65_535;

/** Answers without a run id, whether anything listens or not. */
export const dispatchRepository: RepositoryHandler = ({ world, repository, principal, body }) => {
  const { event_type: type, client_payload: payload = {} } = body as {
    event_type: string;
    client_payload?: object;
  };
  if (JSON.stringify(payload).length > LONGEST) throw unprocessable("client_payload is too large.");
  world.publish({
    name: "repository_dispatch",
    action: type,
    repository,
    ...pusherFrom(world, principal),
    payload: { branch: repository.defaultBranch, client_payload: payload },
  });
  return noContent();
};
