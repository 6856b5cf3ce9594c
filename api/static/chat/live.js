// What happens in the conversation while the page is open: server-sent events, with a look at the messages when they fail.

import { eventsAddress } from "./gateway.js";

const PAUSES = [2, 5, 10, 30];
const LOOK = 15000;

export class Live {
  #source = null;
  #timer = null;
  #watch = null;
  #tries = 0;
  #id;
  #handlers;

  /** Handlers: seen() → the last seq; message(data), typing(boolean), state(data), opened(), missed(). */
  constructor(id, handlers) {
    this.#id = id;
    this.#handlers = handlers;
  }

  start() {
    this.#connect();
    this.#watch = setInterval(() => {
      if (this.#source?.readyState !== EventSource.OPEN && !document.hidden) this.#handlers.missed();
    }, LOOK);
  }

  wake() {
    if (this.#source?.readyState === EventSource.CLOSED) {
      clearTimeout(this.#timer);
      this.#connect();
    }
  }

  stop() {
    clearTimeout(this.#timer);
    clearInterval(this.#watch);
    this.#source?.close();
  }

  #connect() {
    const source = new EventSource(eventsAddress(this.#id, this.#handlers.seen()));
    this.#source?.close();
    this.#source = source;
    const listen = (name, handle) => source.addEventListener(name, (event) => handle(JSON.parse(event.data)));
    listen("message", this.#handlers.message);
    listen("typing", (data) => this.#handlers.typing(data.typing));
    listen("state", this.#handlers.state);
    source.addEventListener("open", () => {
      this.#tries = 0;
      this.#handlers.opened();
    });
    source.addEventListener("error", () => {
      this.#handlers.typing(false);
      if (source.readyState !== EventSource.CLOSED) return;
      this.#handlers.missed();
      const pause = PAUSES[Math.min(this.#tries, PAUSES.length - 1)];
      this.#tries += 1;
      this.#timer = setTimeout(() => this.#connect(), pause * 1000);
    });
  }
}
