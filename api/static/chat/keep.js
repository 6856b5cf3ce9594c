// The code to go on later: shown once, in the conversation, to be copied or written down; a tap tells what it is for.

import { tell } from "./composer.js";
import { say } from "./sentences.js";

const template = document.getElementById("keep-template");

export function keepBox(code) {
  const box = template.content.firstElementChild.cloneNode(true);
  const shown = box.querySelector("strong");
  shown.textContent = code;
  box.querySelector("[data-copy]").addEventListener("click", async () => {
    try {
      await navigator.clipboard.writeText(code);
      tell(say("copied"));
    } catch {
      getSelection().selectAllChildren(shown);
      tell(say("copy_failed"));
    }
  });
  return box;
}
