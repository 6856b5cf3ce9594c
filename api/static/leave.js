// "Salir rápido": at once nothing of the conversation is on the screen or in the browser; then the neutral page.

import { showCalendar } from "./calendar.js";

const PRESSES = 3;
const WITHIN = 2000;
const link = document.querySelector("[data-leave]");
const words = link ? { ...link.dataset } : {};
const farewells = [];
let left = false;

export function beforeLeaving(farewell) {
  farewells.push(farewell);
}

function forget() {
  return fetch("/api/v1/session", { method: "DELETE", credentials: "same-origin", keepalive: true });
}

export function leave() {
  if (left) return;
  left = true;
  for (const farewell of farewells) {
    try { farewell(); } catch { /* leaving goes on whatever fails */ }
  }
  try { sessionStorage.clear(); } catch { /* storage may be forbidden */ }
  const path = link ? link.getAttribute("href") : "/salida";
  for (const name of ["data-emergency", "data-talking"]) document.body.removeAttribute(name);
  document.querySelector('link[rel="icon"]')?.setAttribute("href", "data:,");
  showCalendar(words);
  window.scrollTo(0, 0);
  const forgotten = forget();
  if (navigator.onLine === false) {
    forgotten.catch(() => {});
    history.replaceState(null, "", path);
    addEventListener("online", () => forget().catch(() => {}).then(() => location.replace(path)), { once: true });
    return;
  }
  forgotten.catch(() => {});
  location.replace(path);
}

let presses = [];
addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.repeat) return;
  const now = Date.now();
  presses = [...presses.filter((press) => now - press < WITHIN), now];
  if (presses.length >= PRESSES) leave();
});
addEventListener("pageshow", (event) => {
  if (event.persisted && left) location.replace("/salida");
});
link?.addEventListener("click", (event) => {
  event.preventDefault();
  leave();
});
