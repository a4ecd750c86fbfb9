/** The pull request's conversation: description, comments with reactions, the merge box's checks, a box to comment in. */

import type { User } from "../../../box/state/model.ts";
import type { CheckRun, Comment, Reaction } from "../../../box/state/records.ts";
import { html, type Markup, type Part } from "../../../engine/report/html/markup.ts";
import { RUN_COMMAND } from "../../play.ts";
import type { DemoWorld } from "../../world.ts";
import { markdown } from "../markdown.ts";
import { buttons, clockTime, dot, lookOf, pullPath } from "./shell.ts";

const EMOJI: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  rocket: "🚀",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  laugh: "😄",
};

/** The one that every command gets; drawn, for machines without an emoji font. */
const EYES = html`<svg class="eyes" viewBox="0 0 18 13" role="img" aria-label="eyes"><g fill="#fff" stroke="#59636e"><ellipse cx="4.8" cy="6.5" rx="4" ry="5.7"></ellipse><ellipse cx="13.2" cy="6.5" rx="4" ry="5.7"></ellipse></g><circle cx="6" cy="8" r="2"></circle><circle cx="14.4" cy="8" r="2"></circle></svg>`;

const HANDY = [
  "/attractor status",
  "/attractor diagnose",
  "/attractor resume",
  "/attractor cancel",
  "/attractor help",
];

export function conversation(world: DemoWorld, here: readonly string[]): Markup {
  const issue = world.repository.issues.get(world.pull)!;
  const pull = issue.pull!;
  const comments = [...world.repository.comments.values()].filter((comment) => comment.issue === issue);
  const checks = runChecks(world);
  return html`
<section class="title" id="s-title"><h1>${issue.title} <span class="number">#${issue.number}</span></h1>
<p class="muted"><span class="pill s-success">Open</span> ${issue.user.login} wants to merge <code>${pull.headBranch}</code> into <code>${pull.baseBranch}</code></p></section>
${entry(issue.user, issue.createdAt, markdown(issue.body ?? "", here), issue.reactions, "c0")}
${comments.map((comment) => commentEntry(comment, here))}
<section class="card merge" id="s-checks"><h2>Checks</h2>${
    checks.length === 0
      ? html`<p class="muted">None yet. A run brings one.</p>`
      : html`<ul class="checks">${checks.map((check) => checkLine(check, world))}</ul>`
  }</section>
${bestiary(world)}
<section class="card say" id="s-say"><h2>Comment as ${world.user.login}, who may write here</h2>
<form method="post" action="/-/comment"><label class="hide" for="body">Comment</label><textarea id="body" name="body" rows="3" required placeholder="/attractor …"></textarea>
<div class="row"><span class="handy">${handy(checks).map(
    (command) =>
      html`<button type="button" data-fill="${command}">${command.replace("/attractor ", "")}</button>`,
  )}</span><button class="primary">Comment</button></div></form></section>`;
}

/** A second run beside one that goes on is nobody's first wish: it is not offered. */
const handy = (checks: readonly CheckRun[]): readonly string[] => {
  const goesOn = checks.some(
    ({ status, conclusion }) => status !== "completed" || conclusion === "action_required",
  );
  return goesOn ? HANDY : [RUN_COMMAND, ...HANDY];
};

/** Of each run the newest check on each commit: older ones are its past. */
export function runChecks({ repository }: DemoWorld): CheckRun[] {
  const newest = new Map<string, CheckRun>();
  for (const check of repository.checks.values()) {
    if (check.suite.app.slug === "attractor") newest.set(`${check.externalId} ${check.suite.headSha}`, check);
  }
  return [...newest.values()].sort((a, b) => b.id - a.id);
}

function commentEntry(
  { id, user, createdAt, updatedAt, body, reactions }: Comment,
  here: readonly string[],
): Markup {
  const edited =
    updatedAt > createdAt ? html` <span class="muted">· updated ${clockTime(updatedAt)}</span>` : null;
  return entry(user, createdAt, markdown(body, here), reactions, `c${id}`, edited);
}

function entry(
  user: User,
  at: number,
  body: Markup,
  reactions: readonly Reaction[],
  id: string,
  more: Part = null,
): Markup {
  const bot = user.type === "Bot";
  return html`<article class="entry${bot ? " bot" : ""}" id="${id}"><div class="face" aria-hidden="true">${user.login.slice(0, 1).toUpperCase()}</div>
<div class="bubble"><div class="by"><strong>${user.login.replace("[bot]", "")}</strong>${bot ? html` <span class="tag">bot</span>` : null} <span class="muted">${clockTime(at)}</span>${more}</div>
<div class="body">${body}</div>${
    reactions.length === 0
      ? null
      : html`<div class="reactions">${[...Map.groupBy(reactions, (each) => each.content)].map(
          ([content, each]) =>
            html`<span title="${each.map((one) => one.user.login).join(", ")}">${content === "eyes" ? EYES : (EMOJI[content] ?? content)} ${each.length}</span>`,
        )}</div>`
  }</div></article>`;
}

const checkLine = (check: CheckRun, world: DemoWorld): Markup =>
  html`<li>${dot(lookOf(check.status, check.conclusion))}<span class="what"><a href="${pullPath(world)}/checks?check=${check.id}">${check.name}</a> <span class="muted">${check.title ?? ""}</span></span>${buttons(check)}</li>`;

function bestiary({ bestiary: service }: DemoWorld): Markup {
  return html`<section class="card aside" id="s-bestiary">${dot(service.up ? "success" : "fail")}<p>The <strong>bestiary</strong> is a service that the branch <code>monsters</code> asks. It is ${
    service.up ? "up." : "down, so that branch will fail."
  }</p>${service.up ? null : html`<form method="post" action="/-/bestiary"><button>Bring it back</button></form>`}</section>`;
}
