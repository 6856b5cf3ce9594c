// The code to go on later: shown once, in the conversation, to be copied or written down; a tap tells what it is for.
// Where WhatsApp is open, the way there too.

import { tell } from "./composer.js";
import { Refusal, Unreachable, transfer } from "./gateway.js";
import { say } from "./sentences.js";

const template = document.getElementById("keep-template");

export function keepBox(code, id) {
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
  const move = box.querySelector("[data-move]");
  move?.addEventListener("click", async () => {
    try {
      const { whatsapp_url: url } = await transfer(id);
      const link = box.querySelector("[data-whatsapp]");
      link.href = url;
      link.parentElement.hidden = false;
      link.focus();
    } catch (error) {
      if (!(error instanceof Refusal) && !(error instanceof Unreachable)) throw error;
      tell(error.code === "not_movable" ? error.detail : say("move_failed"));
    }
  });
  return box;
}
