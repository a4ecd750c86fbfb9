// Draws Mermaid, and puts what changed in place without a reload. Without this script the pages work by reloading.
const main = document.getElementById("main");
const dark = matchMedia("(prefers-color-scheme: dark)").matches;
const drawn = new Map();
let numbers = 0;

mermaid.initialize({
  startOnLoad: false,
  securityLevel: "strict",
  theme: dark ? "dark" : "neutral",
  themeVariables: { edgeLabelBackground: dark ? "#0d1117" : "#ffffff" },
});

// Only what is seen is measured right: a folded graph is drawn when it is unfolded.
async function draw(root) {
  for (const block of root.querySelectorAll("pre.mermaid:not(.drawn)")) {
    const folded = block.closest("details:not([open])");
    if (folded) {
      folded.addEventListener("toggle", () => draw(folded), { once: true });
      continue;
    }
    block.classList.add("drawn");
    const source = block.textContent;
    try {
      if (!drawn.has(source)) drawn.set(source, (await mermaid.render(`m${numbers++}`, source)).svg);
      block.innerHTML = drawn.get(source);
    } catch (error) {
      block.classList.add("broken");
      block.title = String(error);
    }
  }
}

const sources = new Map();
const remember = (root) => {
  for (const part of root.children) if (part.id) sources.set(part.id, part.outerHTML);
};
const keyOf = (details) => details.querySelector("summary")?.textContent;

async function refresh() {
  const answer = await fetch(location.href);
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("main");
  const down = innerHeight + scrollY >= document.body.scrollHeight - 80;
  const ids = new Set([...fresh.children].map((part) => part.id));
  let before = null;
  for (const part of [...fresh.children]) {
    const old = document.getElementById(part.id);
    const source = part.outerHTML;
    if (old && sources.get(part.id) === source) {
      before = old;
      continue;
    }
    sources.set(part.id, source);
    const place = document.adoptNode(part);
    if (old) {
      const open = new Set([...old.querySelectorAll("details[open]")].map(keyOf));
      for (const details of place.querySelectorAll("details"))
        if (open.has(keyOf(details))) details.open = true;
      const typed = old.querySelector("textarea")?.value;
      if (typed) place.querySelector("textarea").value = typed;
      old.replaceWith(place);
    } else if (before) before.after(place);
    else main.prepend(place);
    before = place;
    await draw(place);
  }
  for (const part of [...main.children]) if (!ids.has(part.id)) part.remove();
  if (down) scrollTo({ top: document.body.scrollHeight });
}

// A chip fills the box; what is sent is read first.
document.addEventListener("click", (event) => {
  const command = event.target.closest?.("[data-fill]")?.dataset.fill;
  const box = command && document.getElementById("body");
  if (!box) return;
  box.value = command;
  box.focus();
});

// Forms send in place, so that the page does not jump.
document.addEventListener("submit", (event) => {
  const form = event.target;
  event.preventDefault();
  const data = new FormData(form, event.submitter);
  for (const button of form.querySelectorAll("button")) button.disabled = true;
  fetch(form.action, { method: "POST", body: new URLSearchParams(data) })
    .then(() => form.querySelector("textarea") && form.reset())
    .finally(() => {
      for (const button of form.querySelectorAll("button")) button.disabled = false;
    });
});

remember(main);
draw(main);
if (location.protocol !== "file:") {
  let busy = false;
  let again = false;
  const turn = async () => {
    if (busy) {
      again = true;
      return;
    }
    busy = true;
    do {
      again = false;
      await refresh().catch(() => undefined);
    } while (again);
    busy = false;
  };
  new EventSource("/-/events").addEventListener("changed", turn);
}
