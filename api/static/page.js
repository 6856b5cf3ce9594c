// What every page has: the text size, the contrast and the way to leave at once.

import "./leave.js";

const root = document.documentElement;
const panel = document.querySelector(".settings");
const sizes = [...document.querySelectorAll("[data-text-size]")].filter((element) => element !== root);
const contrast = document.querySelector("button[data-contrast]");

function remembered(name) {
  try { return sessionStorage.getItem(name); } catch { return null; }
}

function remember(name, value) {
  try { sessionStorage.setItem(name, value); } catch { /* it lasts as long as the page */ }
}

function size(name) {
  root.dataset.textSize = name;
  for (const button of sizes) button.setAttribute("aria-pressed", String(button.dataset.textSize === name));
  remember("text-size", name);
}

function contrasts(more) {
  if (more) root.dataset.contrast = "more";
  else delete root.dataset.contrast;
  contrast.setAttribute("aria-pressed", String(more));
  remember("contrast", more ? "more" : "normal");
}

if (panel) {
  panel.hidden = false;
  for (const button of sizes) button.addEventListener("click", () => size(button.dataset.textSize));
  contrast.addEventListener("click", () => contrasts(root.dataset.contrast !== "more"));
  const chosen = remembered("text-size");
  if (chosen) size(chosen);
  const contrasting = remembered("contrast");
  if (contrasting ? contrasting === "more" : matchMedia("(prefers-contrast: more)").matches) contrasts(true);
  addEventListener("click", (event) => { if (!panel.contains(event.target)) panel.open = false; });
  panel.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && panel.open) {
      panel.open = false;
      panel.querySelector("summary").focus();
    }
  });
  panel.addEventListener("focusout", (event) => {
    if (event.relatedTarget && !panel.contains(event.relatedTarget)) panel.open = false;
  });
}
