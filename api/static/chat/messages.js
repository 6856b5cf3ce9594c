// The messages on the screen: bubbles in the order of the conversation, those not yet sent at the end.

import { say } from "./sentences.js";

const log = document.getElementById("log");
const bubbleTemplate = document.getElementById("message-template");
const cardTemplate = document.getElementById("card-template");
const clock = new Intl.DateTimeFormat("es-PE", { timeZone: "America/Lima", hour: "2-digit", minute: "2-digit", hour12: false });
const WHO = { citizen: "you", bot: "bot", operator: "operator", system: "system" };
const LINKS = /(https?:\/\/[^\s<>"«»]*[^\s<>"«».,;:!?)])|(^|[\s(])(\/(?:privacidad|v|datos|encuesta)\b[\w/-]*)|(\b(?:al|línea|marque|central|heridos:|incendio:|familia:|extorsión:|orientación:)\s)(105|106|116|100|110|111|1818)\b(?!\s?%|[.,]?\d)/gi;

const FACT = /^(\p{Lu}[\p{L} ]{2,24}:)( .+)$/u;

function link(href, text) {
  const anchor = document.createElement("a");
  anchor.href = href;
  anchor.textContent = text;
  if (!href.startsWith("tel:")) {
    anchor.target = "_blank";
    anchor.rel = "noopener";
  }
  return anchor;
}

function linked(text) {
  const nodes = [];
  let from = 0;
  for (const [whole, address, before = "", path, call = "", number] of text.matchAll(LINKS)) {
    const at = text.indexOf(whole, from);
    const target = address ?? path ?? number;
    const shown = path === "/privacidad" ? say("privacy") : target;
    nodes.push(text.slice(from, at), before, call, link(number ? `tel:${number}` : target, shown));
    from = at + whole.length;
  }
  return [...nodes, text.slice(from)];
}

/** A list such as the summary, line by line «label: value», is set apart from the other lines. */
function laidOut(text) {
  const lines = text.split("\n");
  if (lines.filter((line) => FACT.test(line)).length < 3) return linked(text);
  return lines.flatMap((line, index) => {
    const [, label, value] = line.match(FACT) ?? [];
    if (!label) return [...linked(line), lines[index + 1]?.match(FACT) ? "" : "\n"];
    const fact = document.createElement("span");
    const name = document.createElement("b");
    name.textContent = label;
    fact.className = "fact";
    fact.append(name, ...linked(value));
    return [fact];
  });
}

function bubble(sender, createdAt) {
  const element = bubbleTemplate.content.firstElementChild.cloneNode(true);
  element.classList.add(`message--${sender}`);
  element.dataset.sender = sender;
  element.querySelector(".message__who").textContent = say("says", {
    who: say(WHO[sender] ?? "system"),
    time: clock.format(createdAt ? new Date(createdAt) : new Date()),
  });
  return element;
}

function paragraph(nodes) {
  const element = document.createElement("p");
  element.append(...nodes);
  return element;
}

function card(seq, document_, refresh) {
  const element = cardTemplate.content.firstElementChild.cloneNode(true);
  element.querySelector("strong").textContent = document_.title;
  const code = element.querySelector(".card__code a");
  code.textContent = document_.verification_code ?? "";
  code.href = `/v/${encodeURIComponent(document_.verification_code ?? "")}`;
  element.querySelector(".card__code").hidden = !document_.verification_code;
  const download = element.querySelector("[data-download]");
  download.href = document_.url;
  download.setAttribute("download", "");
  download.querySelector(".hidden").textContent = `: ${document_.title}`;
  download.addEventListener("click", (event) => refresh(event, seq, download));
  return element;
}

export class Messages {
  #bySeq = new Map();
  #byItem = new Map();
  #actions;

  /** Actions: retry(item), rewrite(item), download(event, seq, link). */
  constructor(actions) {
    this.#actions = actions;
  }

  has(seq) {
    return this.#bySeq.has(seq);
  }

  add(message) {
    const element = bubble(message.sender, message.created_at);
    const body = element.querySelector(".message__body");
    const text = message.text || (message.sender === "citizen" ? say("sent_without_text") : "");
    if (text) body.append(paragraph(message.sender === "citizen" ? [text] : laidOut(text)));
    if (message.document) body.append(card(message.seq, message.document, this.#actions.download));
    const count = message.choices?.length;
    if (count) {
      const hint = paragraph([count === 1 ? say("options_one") : say("options_many", { count })]);
      hint.className = "hidden";
      body.append(hint);
    }
    this.#place(element, message.seq);
  }

  /** Puts something that is no message after the message `seq`. */
  insert(element, seq) {
    element.dataset.seq = seq + 0.5;
    this.#bySeq.get(seq)?.after(element);
  }

  cardOf(seq) {
    return this.#bySeq.get(seq)?.querySelector(".card");
  }

  /** A newer link to the document of a message that is already there. */
  renew(message) {
    const download = this.#bySeq.get(message.seq)?.querySelector("[data-download]");
    if (download && message.document) download.href = message.document.url;
  }

  addWaiting(item) {
    const element = bubble("citizen");
    element.classList.add("message--waiting");
    element.querySelector(".message__body").append(paragraph([item.label]));
    element.querySelector("[data-retry]").addEventListener("click", () => this.#actions.retry(item));
    element.querySelector("[data-rewrite]").addEventListener("click", () => {
      this.drop(item);
      this.#actions.rewrite(item);
    });
    this.#byItem.set(item.id, element);
    log.append(element);
    this.#group();
  }

  /** The server has taken it in as `message`. */
  settle(item, message) {
    const element = this.#byItem.get(item.id);
    if (!element) return;
    if (this.#bySeq.has(message.seq)) {
      this.drop(item);
      return;
    }
    this.#byItem.delete(item.id);
    element.classList.remove("message--waiting", "message--failed");
    element.querySelector(".message__state").hidden = true;
    this.#place(element, message.seq);
  }

  isWaiting(item) {
    return this.#byItem.has(item.id);
  }

  drop(item) {
    this.#byItem.get(item.id)?.remove();
    this.#byItem.delete(item.id);
    this.#group();
  }

  mark(item, sentence, { retry = false, failed = false, rewrite = false } = {}) {
    const element = this.#byItem.get(item.id);
    if (!element) return;
    element.classList.toggle("message--failed", failed);
    const state = element.querySelector(".message__state");
    state.hidden = !sentence;
    state.querySelector("span").textContent = sentence;
    state.querySelector("[data-retry]").hidden = !retry;
    state.querySelector("[data-rewrite]").hidden = !rewrite;
  }

  /** Without reading it all out. */
  quietly(work) {
    log.setAttribute("aria-live", "off");
    work();
    setTimeout(() => log.setAttribute("aria-live", "polite"), 500);
  }

  /** Where to read from: the first thing said since the citizen's last message, or the latest of a person. */
  get turnStart() {
    const elements = [...log.children];
    if (log.lastElementChild?.dataset.sender === "operator") return log.lastElementChild;
    const last = elements.map((element) => element.dataset.sender).lastIndexOf("citizen");
    return elements[last + 1] ?? elements[last] ?? null;
  }

  clear() {
    this.#bySeq.clear();
    this.#byItem.clear();
    log.textContent = "";
  }

  #place(element, seq) {
    element.dataset.seq = seq;
    this.#bySeq.set(seq, element);
    const next = [...log.children].find((other) => other !== element && !(Number(other.dataset.seq) < seq));
    if (element.parentNode !== log || element.nextElementSibling !== (next ?? null)) log.insertBefore(element, next ?? null);
    this.#group();
  }

  #group() {
    let before = null;
    for (const element of log.children) {
      element.classList.toggle("message--follows", before === element.dataset.sender && before !== "system");
      before = element.dataset.sender;
    }
  }
}
