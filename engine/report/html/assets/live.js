// The only script of the run page: puts what the server sends in place, section by section, and leaves the rest alone.
const main = document.getElementById("main");
const mark = document.getElementById("live");
const stream = new EventSource(main.dataset.live);
mark.hidden = false;

const openOnes = (root) =>
  new Set(
    [...root.querySelectorAll("details[open]")].map(
      (details) => details.closest("[id]")?.id + details.textContent,
    ),
  );

stream.addEventListener("page", (event) => {
  const fresh = document.createElement("template");
  fresh.innerHTML = JSON.parse(event.data).html;
  let before = null;
  for (const section of [...fresh.content.children]) {
    const old = document.getElementById(section.id);
    if (!old || old.innerHTML !== section.innerHTML) {
      const open = old ? openOnes(old) : new Set();
      for (const details of section.querySelectorAll("details")) {
        if (open.has(details.closest("[id]")?.id + details.textContent)) details.open = true;
      }
      for (const box of section.querySelectorAll("input"))
        box.checked = document.getElementById(box.id)?.checked ?? false;
      if (old) old.replaceWith(section);
      else if (before) before.after(section);
      else main.prepend(section);
      before = section;
    } else {
      before = old;
    }
  }
  const kept = new Set(
    [...new DOMParser().parseFromString(JSON.parse(event.data).html, "text/html").body.children].map(
      (each) => each.id,
    ),
  );
  for (const section of [...main.children]) if (!kept.has(section.id)) section.remove();
});
stream.addEventListener("end", () => {
  stream.close();
  mark.hidden = true;
});
stream.addEventListener("error", () => mark.classList.add("lost"));
stream.addEventListener("open", () => mark.classList.remove("lost"));
