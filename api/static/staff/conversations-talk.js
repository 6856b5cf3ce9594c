// One conversation as it goes on: new messages are added, what was understood is shown afresh, and nothing that is being typed is touched.

const element = (id) => document.getElementById(id);
const [write, text, unsent, stale, canned] = ["write", "text", "unsent", "stale", "canned"].map(element);
const address = document.querySelector("[data-talk]").dataset.talk;
const log = element("log");

const atEnd = () => log.scrollHeight - log.scrollTop - log.clientHeight < 80;
const toEnd = () => { log.scrollTop = log.scrollHeight; };

async function refresh() {
  try {
    const answer = await fetch(`${address}/vivo`, { redirect: "error" });
    if (!answer.ok) throw new Error(String(answer.status));
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html");
    const follow = atEnd();
    const last = Number(log.lastElementChild?.dataset.seq ?? 0);
    log.append(...[...fresh.querySelectorAll("#log > [data-seq]")].filter((one) => Number(one.dataset.seq) > last));
    if (!element("facts").contains(document.activeElement)) element("facts").replaceWith(fresh.getElementById("facts"));
    if (follow) toEnd();
    stale.hidden = true;
  } catch {
    stale.hidden = false;
  }
}

write.addEventListener("submit", async (event) => {
  event.preventDefault();
  const body = new URLSearchParams(new FormData(write));
  if (!body.get("text").trim() || write.hasAttribute("aria-busy")) return;
  write.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(write.action, { method: "POST", body, redirect: "manual" });
    if (answer.status === 404 || answer.status === 409) { // theirs no more: a page tells why, with the text
      write.submit();
      return;
    }
    if (answer.type !== "opaqueredirect") throw new Error(String(answer.status));
    text.value = "";
    write.elements.message_id.value = Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    unsent.hidden = true;
    await refresh();
    toEnd();
  } catch { // the same id goes out again with the next try, so that nothing is said twice
    unsent.hidden = false;
  } finally {
    write.removeAttribute("aria-busy");
    text.focus();
  }
});

text.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
    event.preventDefault();
    write.requestSubmit();
  }
});

canned.addEventListener("submit", (event) => {
  event.preventDefault();
  const words = element("respuesta").selectedOptions[0].dataset.text;
  text.value = text.value.trim() ? `${text.value.trim()}\n${words}` : words;
  text.focus();
});

const source = new EventSource(`${address}/eventos`);
source.addEventListener("changed", refresh);
source.addEventListener("over", () => {
  source.close();
  if (text.value.trim() || element("value").value.trim()) { // it may be sent on or copied
    element("lost").hidden = false;
    return;
  }
  location.assign(document.querySelector(".talk__head a").href);
});
source.addEventListener("error", () => { stale.hidden = false; });
toEnd();
