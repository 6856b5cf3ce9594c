// The queue as it changes: the server says that it did, and the page asks for it again.

const queue = () => document.getElementById("queue");
const told = document.getElementById("told");
const stale = document.getElementById("stale");
const MINUTE = 60000;
const SETTLE = 1000; // many who come at once are one change
let asked = 0;
let waiting;

function tell(count) {
  if (count <= Number(queue().dataset.count)) return;
  told.textContent = count === 1 ? told.dataset.one : told.dataset.many.replace("{count}", count);
}

async function refresh() {
  waiting = undefined;
  const mine = ++asked;
  try {
    const answer = await fetch(queue().dataset.url, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").getElementById("queue");
    if (mine !== asked || queue().querySelector("select:focus")) return;
    const focused = document.activeElement?.closest("#queue form[action], #queue a[href]");
    const place = focused && (focused.getAttribute("action") ?? focused.getAttribute("href"));
    tell(Number(fresh.dataset.count));
    queue().replaceWith(fresh);
    if (place) [...queue().querySelectorAll("form[action], a[href]")].find((one) => (one.getAttribute("action") ?? one.getAttribute("href")) === place)?.querySelector("button")?.focus();
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

const source = new EventSource(`${queue().dataset.url.split("?")[0]}/eventos`);
source.addEventListener("changed", () => { waiting ??= setTimeout(refresh, SETTLE); });
source.addEventListener("error", () => { stale.hidden = false; });
setInterval(refresh, MINUTE);
