// What goes along with the next message: files, uploaded as soon as they are chosen, and the place.

import { Refusal, Unreachable, upload } from "./gateway.js";
import { say } from "./sentences.js";

const list = document.getElementById("parts");
const template = document.getElementById("part-template");

export class Parts {
  #parts = [];
  #uploading = false;
  #conversation;
  #handlers;

  /** Handlers: changed(), told(sentence). */
  constructor(conversation, handlers) {
    this.#conversation = conversation;
    this.#handlers = handlers;
  }

  get any() {
    return this.#parts.some((part) => part.state !== "failed");
  }

  get busy() {
    return this.#parts.some((part) => part.state === "queued" || part.state === "uploading" || part.state === "waiting");
  }

  get failed() {
    return this.#parts.some((part) => part.state === "failed");
  }

  addFiles(files) {
    for (const file of files) this.#add({ file, name: file.name, state: "queued" });
    this.#next();
  }

  addLocation(location) {
    this.#parts.filter((part) => part.location).forEach((part) => this.#remove(part));
    this.#add({ location, name: say("location_name"), state: "ready" });
  }

  /** What is ready, for the message; it is taken off the list. */
  take() {
    const ready = this.#parts.filter((part) => part.state === "ready");
    const files = ready.filter((part) => part.file);
    const location = ready.find((part) => part.location)?.location;
    ready.forEach((part) => this.#remove(part));
    return {
      body: { ...(files.length && { attachment_ids: files.map((part) => part.id) }), ...(location && { location }) },
      labels: [...files.map((part) => say("file_sent", { name: part.name })), ...(location ? [say("location_sent")] : [])],
    };
  }

  retryWaiting() {
    for (const part of this.#parts) if (part.state === "waiting") this.#set(part, "queued");
    this.#next();
  }

  clear() {
    [...this.#parts].forEach((part) => this.#remove(part));
  }

  #add(part) {
    const element = template.content.firstElementChild.cloneNode(true);
    element.querySelector(".part__name").textContent = part.name;
    const progress = element.querySelector("progress");
    progress.setAttribute("aria-label", say("file_progress", { name: part.name }));
    const remove = element.querySelector(".part__remove");
    remove.setAttribute("aria-label", say("remove_name", { name: part.name }));
    remove.addEventListener("click", () => {
      this.#remove(part);
      document.getElementById("text").focus();
    });
    const retry = element.querySelector("[data-retry]");
    retry.setAttribute("aria-label", say("retry_name", { name: part.name }));
    retry.addEventListener("click", () => {
      this.#set(part, "queued");
      this.#next();
    });
    part.element = element;
    this.#parts.push(part);
    list.append(element);
    this.#set(part, part.state);
  }

  #remove(part) {
    this.#parts = this.#parts.filter((other) => other !== part);
    part.request?.cancel();
    part.element.remove();
    this.#handlers.changed();
    list.hidden = !this.#parts.length;
  }

  #set(part, state, sentence = state === "ready" ? say("file_ready") : "", retry = false) {
    part.state = state;
    part.element.classList.toggle("part--failed", state === "failed");
    part.element.querySelector("progress").hidden = !(state === "queued" || state === "uploading");
    part.element.querySelector(".part__state").textContent = sentence;
    part.element.querySelector("[data-retry]").hidden = !retry;
    list.hidden = !this.#parts.length;
    if (sentence && part.file) this.#handlers.told(`${part.name}: ${sentence}`);
    this.#handlers.changed();
  }

  async #next() {
    if (this.#uploading) return;
    const part = this.#parts.find((other) => other.state === "queued");
    if (!part) return;
    this.#uploading = true;
    this.#set(part, "uploading");
    const bar = part.element.querySelector("progress");
    try {
      part.request = upload(this.#conversation, part.file, (percent) => { bar.value = percent; });
      part.id = (await part.request).id;
      this.#set(part, "ready");
    } catch (error) {
      if (this.#parts.includes(part)) this.#failed(part, error);
    } finally {
      part.request = null;
      this.#uploading = false;
    }
    this.#next();
  }

  #failed(part, error) {
    const { name } = part;
    if (error instanceof Unreachable && navigator.onLine === false) this.#set(part, "waiting", say("file_waiting", { name }));
    else if (error instanceof Refusal && error.status === 413) this.#set(part, "failed", say("file_too_large", { name }));
    else if (error instanceof Refusal && error.status === 415) this.#set(part, "failed", say("file_type", { name }));
    else if (error instanceof Refusal && !error.passing && error.detail) this.#set(part, "failed", error.detail);
    else this.#set(part, "failed", say("file_failed", { name }), true);
  }
}

/** The place of the phone, asked only now. Rejects with the sentence to show. */
export function locate() {
  return new Promise((resolve, reject) => {
    if (!navigator.geolocation) {
      reject(say("location_failed"));
      return;
    }
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => resolve({ latitude: coords.latitude, longitude: coords.longitude }),
      (error) => reject(say(error.code === error.PERMISSION_DENIED ? "location_denied" : "location_failed")),
      { enableHighAccuracy: true, timeout: 20000, maximumAge: 60000 },
    );
  });
}
