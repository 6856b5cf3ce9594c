// The queue by keyboard, and what is new in it, told without moving what one reads.
const list = document.getElementById("cases");
const links = () => [...document.querySelectorAll(".queue tbody th a")];
const keys = document.getElementById("keys");
const SETTLE = 2000; // many cases at once are one change

function move(step) {
  const all = links();
  const at = all.findIndex((link) => link.closest("tr").contains(document.activeElement));
  const next = all[at < 0 ? (step > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + step, 0), all.length - 1)];
  next?.focus();
  next?.closest("tr").scrollIntoView({ block: "nearest" });
}

function count() {
  const chosen = list.querySelectorAll("input[name=case]:checked").length;
  const told = list.querySelector("#chosen");
  if (told) told.textContent = chosen ? `${chosen} ${chosen === 1 ? "elegido" : "elegidos"}` : "";
}

const acts = {
  j: () => move(1), ArrowDown: () => move(1), k: () => move(-1), ArrowUp: () => move(-1),
  x: () => document.activeElement.closest("tr")?.querySelector("input[name=case]")?.click(),
  "/": () => document.getElementById("typed").focus(),
  "?": () => keys?.showModal(),
};

document.addEventListener("keydown", (event) => {
  const busy = event.ctrlKey || event.altKey || event.metaKey || keys?.open || localStorage.getItem("queue-keys") === "off";
  const writes = event.target.closest("input:not([type=checkbox]), select, textarea, summary");
  if (busy || writes || !acts[event.key]) return;
  event.preventDefault();
  acts[event.key]();
});

if (keys) {
  const on = document.getElementById("keys-on");
  on.checked = localStorage.getItem("queue-keys") !== "off";
  on.addEventListener("change", () => localStorage.setItem("queue-keys", on.checked ? "on" : "off"));
  const show = document.getElementById("show-keys");
  show.hidden = false;
  show.addEventListener("click", () => keys.showModal());
}

if (list) {
  const news = document.getElementById("news");
  const show = document.getElementById("show-news");
  let fresh = null;
  let waiting = 0;
  list.addEventListener("change", count);
  count(); // a browser may keep what was chosen

  const rows = (page) => new Map([...page.querySelectorAll(".queue tbody tr")].map((row) => [row.dataset.case, row]));
  const unmoved = (row) => !row.contains(document.activeElement) && !row.querySelector("input:checked");

  async function look() {
    waiting = 0;
    const answer = await fetch(list.dataset.url, { headers: { Accept: "text/html" } }).catch(() => null);
    if (!answer?.ok || answer.redirected) return;
    fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    document.getElementById("counts").replaceWith(fresh.getElementById("counts").cloneNode(true));
    const shown = rows(document);
    let unseen = 0;
    for (const [number, row] of rows(fresh)) {
      const old = shown.get(number);
      if (!old) unseen += 1;
      else if (unmoved(old)) old.replaceWith(row.cloneNode(true));
    }
    const told = unseen ? `${unseen} ${unseen === 1 ? "caso nuevo" : "casos nuevos"}` : "";
    if (news.textContent !== told) news.textContent = told;
    show.hidden = !unseen;
  }

  show.addEventListener("click", () => {
    list.replaceChildren(...document.adoptNode(fresh.getElementById("cases")).childNodes);
    news.textContent = "";
    show.hidden = true;
    move(1);
  });

  const changes = new EventSource("/staff/eventos");
  changes.addEventListener("queue", () => { waiting ||= setTimeout(look, SETTLE); });
  addEventListener("pagehide", () => changes.close());
}
