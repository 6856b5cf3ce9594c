// One open conversation: what is sent, what arrives, and what the screen shows of it.

import { messagesAfter, send, stateOf } from "./gateway.js";
import { Composer, notify, tell, unnotify } from "./composer.js";
import { keepBox } from "./keep.js";
import { Live } from "./live.js";
import { Messages } from "./messages.js";
import { Outbox } from "./outbox.js";
import { say } from "./sentences.js";
import { Parts, locate } from "./uploads.js";

const element = (id) => document.getElementById(id);
const [choices, typing, typingText, human, handover, picker] = ["choices", "typing", "typing-text", "human", "handover", "attach-file"].map(element);
const SLOW = 6000;
const STALE = 5 * 60 * 1000;
const WAITS = 6;
const FEW = 5;
const SETTLED = 600;

export class Conversation {
  #id;
  #closed;
  #cursor = 0;
  #last = { seq: 0, choices: [] };
  #awaited = 0;
  #serverTypes = false;
  #slowly = null;
  #handover = "none";
  #renewed = Date.now();
  #whenUploaded = false;
  #gone = false;
  #code = null;
  #messages;
  #outbox;
  #parts;
  #composer;
  #live;

  /** `closed()` is called when the server no longer knows this browser's conversation. */
  constructor(id, closed) {
    this.#id = id;
    this.#closed = closed;
    this.#messages = new Messages({
      retry: () => this.#outbox.flush(),
      rewrite: (item) => this.#composer.write(item.body.text ?? item.label),
      download: (event, seq, link) => this.#download(event, seq, link),
    });
    this.#outbox = new Outbox(id, {
      deliver: (item) => send(this.#id, { client_message_id: item.id, ...item.body }),
      marked: (item) => this.#marked(item),
      delivered: (item, answer) => this.#delivered(item, answer),
      refused: (item, error) => this.#refused(item, error),
      closed: () => this.#isClosed(),
    });
    this.#parts = new Parts(id, { changed: () => this.#partsChanged(), told: (sentence) => tell(sentence, { shown: false }) });
    this.#composer = new Composer((text) => this.#submit(text));
    this.#live = new Live(id, {
      seen: () => this.#cursor,
      message: (message) => {
        this.#cursor = Math.max(this.#cursor, message.seq);
        this.#receive([message]);
      },
      typing: (types) => {
        this.#serverTypes = types;
        this.#showTyping();
      },
      state: (state) => this.#show(state),
      opened: () => this.#outbox.flush(),
      missed: () => this.catchUp(),
    });
    this.#listen();
  }

  /** Shows what there is already and goes on from there; the code is shown after the first answer. */
  begin(messages, state, code) {
    this.#code = code;
    const show = () => this.#receive(messages, { follow: false });
    if (messages.length > FEW) this.#messages.quietly(show);
    else show();
    this.#cursor = Math.max(0, ...messages.map((message) => message.seq));
    for (const item of this.#outbox.items) this.#messages.addWaiting(item);
    if (this.#outbox.strayed.length) this.#composer.write(this.#outbox.strayed.join("\n"));
    if (state) this.#show(state);
    if (navigator.onLine === false) tell(say("offline"));
    this.#live.start();
    this.#outbox.flush();
    this.#scroll();
  }

  /** Asks for what may have been missed; a closed conversation is noticed here. */
  async catchUp() {
    if (this.#gone) return;
    try {
      const messages = await messagesAfter(this.#id, this.#cursor);
      this.#cursor = Math.max(this.#cursor, ...messages.map((message) => message.seq));
      this.#receive(messages);
      this.#show(await stateOf(this.#id));
    } catch (error) {
      if (error.closed) this.#close();
    }
  }

  /** Takes it off the page; what was not sent stays in the tab until that is wiped. */
  end() {
    this.#gone = true;
    this.#live.stop();
    this.#outbox.stop();
    this.#parts.clear();
    this.#composer.clear();
    this.#messages.clear();
    choices.textContent = "";
  }

  #listen() {
    human.addEventListener("click", () => {
      const offered = this.#offered().find((choice) => choice.id === "human");
      if (offered) this.#choose(offered);
      else this.#post({ text: human.dataset.text }, human.dataset.text);
    });
    element("attach-button").addEventListener("click", () => picker.click());
    picker.addEventListener("change", () => {
      this.#parts.addFiles([...picker.files]);
      picker.value = "";
      element("text").focus();
    });
    element("locate").addEventListener("click", async () => {
      tell(say("location_asking"));
      try {
        this.#parts.addLocation(await locate());
        unnotify(say("location_asking"));
        tell(`${say("location_name")}: ${say("file_ready")}`, { shown: false });
      } catch (sentence) {
        tell(sentence);
      }
    });
    addEventListener("offline", () => tell(say("offline")));
    addEventListener("online", () => {
      tell(say("online"));
      setTimeout(() => unnotify(say("online")), 3000);
      this.#wake();
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) this.#wake();
    });
  }

  #wake() {
    if (this.#gone) return;
    this.#live.wake();
    this.#parts.retryWaiting();
    this.#outbox.flush();
    this.catchUp();
  }

  #submit(text) {
    if (this.#parts.busy) {
      this.#whenUploaded = true;
      tell(say("files_wait"));
      return false;
    }
    if (!text && !this.#parts.any) {
      tell(say("empty"));
      return false;
    }
    const parts = this.#parts.take();
    this.#post({ ...(text && { text }), ...parts.body }, [text, ...parts.labels].filter(Boolean).join("\n"));
    return true;
  }

  #partsChanged() {
    if (!this.#whenUploaded || this.#parts?.busy !== false) return;
    this.#whenUploaded = false;
    unnotify(say("files_wait"));
    if (!this.#parts.failed) this.#composer.send();
  }

  #choose(choice) {
    this.#post({ choice: choice.id }, choice.title);
    const place = matchMedia("(pointer: fine)").matches ? element("text") : element("log");
    place.focus({ preventScroll: true });
  }

  #post(body, label) {
    this.#messages.addWaiting(this.#outbox.add(body, label));
    this.#showChoices();
    this.#scroll();
    this.#outbox.flush();
  }

  #marked(item) {
    if (item.status === "sending") this.#messages.mark(item, "");
    else this.#messages.mark(item, say(item.status), { retry: true });
    if (item.status !== "sending") tell(say(item.status), { shown: false });
    this.#showTyping();
    this.#showChoices();
    this.#follow();
  }

  #delivered(item, answer) {
    if (this.#gone) return;
    if (answer.message) {
      this.#messages.settle(item, answer.message);
      this.#note(answer.message);
    }
    this.#receive(answer.replies ?? []);
    if (answer.message) this.#showCode(answer.message.seq);
    if (answer.state) this.#show(answer.state);
    if (answer.pending || answer.status === 202) this.#await(item);
    this.#showTyping();
    this.#showChoices();
    this.#follow();
  }

  /** Between what the citizen said and the answer, so that a question stays beside its choices. */
  #showCode(after) {
    if (!this.#code) return;
    this.#messages.insert(keepBox(this.#code, this.#id), after);
    this.#code = null;
  }

  /** The bot needs longer: the same message again waits on; its answer may come by the events first. */
  async #await(item) {
    this.#awaited += 1;
    this.#showTyping();
    try {
      for (let wait = 0; wait < WAITS && !this.#gone; wait += 1) {
        const answer = await send(this.#id, { client_message_id: item.id, ...item.body });
        this.#receive(answer.replies ?? []);
        if (answer.state) this.#show(answer.state);
        if (!answer.pending && answer.status !== 202) break;
      }
    } catch {
      this.catchUp();
    } finally {
      this.#awaited -= 1;
      this.#showTyping();
    }
  }

  #refused(item, error) {
    if (this.#gone) return;
    if (error.code === "choice_not_offered") {
      this.#messages.drop(item);
      tell(say("choice_gone"));
      this.catchUp();
    } else {
      this.#messages.mark(item, error.detail ?? say("failed"), { failed: true, rewrite: !item.body.choice });
      tell(error.detail ?? say("failed"), { shown: false });
    }
    this.#showTyping();
    this.#showChoices();
  }

  async #isClosed() {
    await this.catchUp();
    return this.#gone;
  }

  #close() {
    if (this.#gone) return;
    this.end();
    this.#closed();
  }

  #receive(messages, { follow = true } = {}) {
    if (this.#gone) return;
    let fresh = false;
    for (const message of messages) {
      this.#note(message);
      if (this.#messages.has(message.seq)) {
        this.#messages.renew(message);
        continue;
      }
      const own = message.sender === "citizen" && this.#outbox.items.find((item) => this.#isOwn(item, message));
      if (own) this.#messages.settle(own, message);
      else this.#messages.add(message);
      fresh = true;
    }
    this.#showChoices();
    if (fresh && follow) {
      this.#follow();
      this.#point(messages.filter((message) => message.document).pop());
    }
  }

  /** A document that arrived further down than the screen shows is pointed at until it is reached. */
  #point(message) {
    const card = message && this.#messages.cardOf(message.seq);
    if (!card) return;
    const bottom = () => element("composer").getBoundingClientRect().top;
    setTimeout(() => {
      if (this.#gone || card.getBoundingClientRect().bottom <= bottom()) return;
      const told = say("document_below", { title: message.document.title });
      notify(told);
      const reached = () => {
        if (!this.#gone && card.getBoundingClientRect().bottom > bottom()) return;
        removeEventListener("scroll", reached);
        unnotify(told);
      };
      addEventListener("scroll", reached, { passive: true });
    }, SETTLED);
  }

  #isOwn(item, message) {
    if (!this.#messages.isWaiting(item)) return false;
    const { text } = item.body;
    const said = message.text.trim();
    return said ? said === (text ?? item.label).trim() : !text;
  }

  /** The choices that stand are those that were offered since the citizen's last word, the latest first. */
  #note(message) {
    const answers = message.sender === "citizen";
    if (message.seq <= this.#last.seq || !(answers || message.choices?.length)) return;
    const ids = new Set(message.choices.map((choice) => choice.id));
    const earlier = this.#last.choices.filter((choice) => !ids.has(choice.id));
    this.#last = { seq: message.seq, choices: answers ? [] : [...message.choices, ...earlier] };
  }

  #offered() {
    return this.#outbox.items.length ? [] : this.#last.choices;
  }

  #showChoices() {
    const offered = this.#offered();
    const shown = JSON.stringify([this.#last.seq, offered]);
    choices.hidden = !offered.length;
    if (choices.dataset.shown === shown) return;
    choices.dataset.shown = shown;
    choices.textContent = "";
    for (const choice of offered) {
      const button = document.createElement("button");
      button.type = "button";
      button.className = choice.id === "confirm" ? "button" : "button button--quiet";
      button.textContent = choice.title;
      button.addEventListener("click", () => this.#choose(choice));
      choices.append(button);
    }
  }

  #showTyping() {
    const types = (this.#serverTypes || this.#awaited > 0 || this.#outbox.sending) && !this.#gone;
    if (types === !typing.hidden) return;
    typing.hidden = !types;
    clearTimeout(this.#slowly);
    if (!types) return;
    typingText.textContent = say("typing");
    this.#slowly = setTimeout(() => {
      typingText.textContent = say("slow");
      tell(say("slow"), { shown: false });
    }, SLOW);
    this.#follow();
  }

  #show(state) {
    if (this.#gone) return;
    if (state.emergency && !document.body.hasAttribute("data-emergency")) tell(element("status").dataset.emergency, { shown: false });
    document.body.toggleAttribute("data-emergency", state.emergency === true);
    if (state.handover !== this.#handover) {
      this.#handover = state.handover;
      const sentence = handover.dataset[state.handover] ?? "";
      handover.textContent = sentence;
      handover.hidden = !sentence;
      human.hidden = Boolean(sentence);
      if (sentence) tell(sentence, { shown: false });
      if (state.handover === "active") { // a person asks in words
        this.#last = { ...this.#last, choices: [] };
        this.#showChoices();
      }
    }
    if (state.language) document.documentElement.lang = state.language;
  }

  /** Links to documents expire: an old one is asked for anew before it is followed. */
  async #download(event, seq, link) {
    if (Date.now() - this.#renewed < STALE) return;
    event.preventDefault();
    try {
      this.#receive(await messagesAfter(this.#id, seq - 1), { follow: false });
      this.#renewed = Date.now();
    } catch (error) {
      if (error.closed) this.#close();
    }
    if (!this.#gone) location.assign(link.href);
  }

  #follow() {
    const page = document.documentElement;
    const below = page.scrollHeight - page.clientHeight - page.scrollTop;
    if (below < 600 || this.#awaited || this.#outbox.items.length) this.#scroll();
  }

  #scroll() {
    requestAnimationFrame(() => {
      const page = document.documentElement;
      const start = this.#messages.turnStart;
      const top = document.querySelector(".top").offsetHeight;
      const room = page.clientHeight - top;
      const behavior = matchMedia("(prefers-reduced-motion: reduce)").matches ? "auto" : "smooth";
      const from = start ? start.getBoundingClientRect().top + page.scrollTop : 0;
      const fits = page.scrollHeight - from <= room;
      scrollTo({ top: fits ? page.scrollHeight : from - top - 8, behavior });
    });
  }
}
