// What was written and not yet taken in by the server, in order, kept across a reload of this tab and no longer.

import { Unreachable } from "./gateway.js";

const KEY = "outbox";
const PAUSES = [3, 6, 12, 30];

function newId() {
  if (crypto.randomUUID) return crypto.randomUUID();
  return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

export class Outbox {
  #items = [];
  #busy = false;
  #timer = null;
  #tries = 0;
  #handlers;

  #conversation;

  /** Handlers: deliver(item) → answer; marked(item); delivered(item, answer); refused(item, error); closed() → boolean. */
  constructor(conversation, handlers) {
    this.#conversation = conversation;
    this.#handlers = handlers;
    const kept = this.#kept();
    if (kept.conversation === conversation) this.#items = kept.items;
    else this.strayed = kept.items.map((item) => item.body.text).filter(Boolean);
    this.#keep();
  }

  /** Texts that another conversation of this tab could not send. */
  strayed = [];

  get items() {
    return [...this.#items];
  }

  get sending() {
    return this.#items.some((item) => item.status === "sending");
  }

  add(body, label) {
    const item = { id: newId(), body, label, status: "queued" };
    this.#items.push(item);
    this.#keep();
    return item;
  }

  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    try {
      while (this.#items.length) {
        if (!(await this.#attempt(this.#items[0]))) return;
      }
    } finally {
      this.#busy = false;
    }
  }

  /** Nothing is sent any more; what was not sent stays in this tab. */
  stop() {
    clearTimeout(this.#timer);
    this.#busy = true;
    this.#items = [];
  }

  async #attempt(item) {
    this.#mark(item, "sending");
    try {
      const answer = await this.#handlers.deliver(item);
      this.#tries = 0;
      this.#drop(item);
      this.#handlers.delivered(item, answer);
      return true;
    } catch (error) {
      const away = error instanceof Unreachable;
      if (away || error.passing) {
        for (const waiting of this.#items) this.#mark(waiting, away ? "waiting" : "later");
        const pause = error.retryAfter ?? PAUSES[Math.min(this.#tries, PAUSES.length - 1)];
        this.#tries += 1;
        this.#timer = setTimeout(() => this.flush(), pause * 1000);
        return false;
      }
      if (error.closed && (await this.#handlers.closed())) return false;
      this.#drop(item);
      this.#handlers.refused(item, error);
      return true;
    }
  }

  #mark(item, status) {
    item.status = status;
    this.#handlers.marked(item);
  }

  #drop(item) {
    this.#items = this.#items.filter((other) => other !== item);
    this.#keep();
  }

  #kept() {
    try {
      return JSON.parse(sessionStorage.getItem(KEY)) ?? { items: [] };
    } catch {
      return { items: [] };
    }
  }

  #keep() {
    try {
      if (this.#items.length) sessionStorage.setItem(KEY, JSON.stringify({ conversation: this.#conversation, items: this.#items }));
      else sessionStorage.removeItem(KEY);
    } catch { /* full or forbidden: it is kept in memory */ }
  }
}
