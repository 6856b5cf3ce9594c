// The box to write in: Enter sends, Shift+Enter starts a line; it grows with the text.

import { say } from "./sentences.js";

const LIMIT = 20000;
const NEAR = 1000;
const form = document.getElementById("composer");
const box = document.getElementById("text");
const notice = document.getElementById("notice");
const status = document.getElementById("status");

const length = (text) => (text.length > LIMIT - NEAR ? [...text].length : text.length);

/** Says it to a screen reader and, with `shown`, above the box as well. */
export function tell(sentence, { shown = true } = {}) {
  status.textContent = sentence;
  if (shown) notify(sentence);
}

export function notify(sentence) {
  notice.hidden = !sentence;
  notice.textContent = sentence;
}

/** Takes a sentence away again, unless another has taken its place. */
export function unnotify(sentence) {
  if (notice.textContent === sentence) notify("");
}

export class Composer {
  #submit;

  /** `submit(text)` answers whether the text was taken. */
  constructor(submit) {
    this.#submit = submit;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    box.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      this.send();
    });
    box.addEventListener("input", () => this.#changed());
  }

  send() {
    const text = box.value.trim();
    const count = length(text);
    if (count > LIMIT) {
      tell(say("too_long", { count, limit: LIMIT }));
      return;
    }
    if (!this.#submit(text)) return;
    box.value = "";
    this.#changed();
  }

  write(text) {
    box.value = box.value ? `${text}\n${box.value}` : text;
    this.#changed();
    box.focus();
  }

  clear() {
    box.value = "";
    notify("");
  }

  #changed() {
    const count = length(box.value);
    if (count > LIMIT) notify(say("too_long", { count, limit: LIMIT }));
    else if (count > LIMIT - NEAR) notify(say("characters_left", { count: LIMIT - count }));
    else if (navigator.onLine !== false) notify("");
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 4}px`;
  }
}
