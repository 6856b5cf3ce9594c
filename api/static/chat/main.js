// From the first screen into a conversation: a new one, an earlier one by its code, or the one this tab had open.

import { beforeLeaving } from "../leave.js";
import { Conversation } from "./conversation.js";
import { Refusal, Unreachable, closeGateway, messagesAfter, open, resume, stateOf } from "./gateway.js";
import { say } from "./sentences.js";

const KEY = "conversation";
const element = (id) => document.getElementById(id);
const [start, talk, begin] = ["start", "talk", "begin"].map(element);
const tried = {};
let conversation = null;

function complain(id, sentence) {
  element(id).hidden = !sentence;
  element(id).textContent = sentence;
}

function reason(error) {
  if (error instanceof Unreachable) return say("start_offline");
  return say(error.status === 429 ? "start_busy" : "start_failed");
}

function enter({ id, messages, state, resume_code: code }) {
  sessionStorage.setItem(KEY, id);
  start.hidden = true;
  talk.hidden = false;
  document.body.toggleAttribute("data-talking", true);
  element("talk-title").focus({ preventScroll: true });
  conversation = new Conversation(id, closed);
  conversation.begin(messages, state, code);
}

/** The server no longer knows the conversation: back to the first screen, with the way to go on. */
function closed() {
  sessionStorage.setItem("ended", "yes");
  sessionStorage.removeItem(KEY);
  location.reload();
}

async function trying(button, work, failed) {
  if (button.getAttribute("aria-disabled") === "true") return;
  const label = button.textContent;
  button.setAttribute("aria-disabled", "true");
  button.textContent = begin.dataset.busy;
  try {
    enter(await work());
  } catch (error) {
    if (!(error instanceof Refusal) && !(error instanceof Unreachable)) throw error;
    failed(error);
  } finally {
    button.removeAttribute("aria-disabled");
    button.textContent = label;
  }
}

begin.addEventListener("click", () => {
  complain("start-error", "");
  trying(begin, () => open(document.documentElement.lang), (error) => complain("start-error", reason(error)));
});

/** The code that was just typed is not shown again. A try whose answer was lost is made again as the same one. */
async function resumed(code) {
  if (tried.code !== code) Object.assign(tried, { code, nonce: crypto.getRandomValues(new Uint32Array(4)).join("-") });
  const opened = await resume(code, tried.nonce);
  const plain = (text) => text.toUpperCase().replace(/[^0-9A-Z]/g, "");
  return { ...opened, resume_code: plain(opened.resume_code ?? "") === plain(code) ? null : opened.resume_code };
}

element("resume-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const box = element("resume-code");
  const code = box.value.trim();
  const failed = (sentence) => {
    complain("resume-error", sentence);
    box.setAttribute("aria-invalid", "true");
    box.focus();
  };
  complain("resume-error", "");
  box.removeAttribute("aria-invalid");
  if (!code) {
    failed(say("resume_empty"));
    return;
  }
  const wrong = (error) => error instanceof Refusal && (error.status === 404 || error.status === 422);
  trying(event.submitter ?? event.target.querySelector("button"), () => resumed(code), (error) => failed(wrong(error) ? say("resume_wrong") : reason(error)))
    .then(() => { if (conversation) box.value = ""; });
});

async function restore(id) {
  try {
    const [messages, state] = await Promise.all([messagesAfter(id, 0), stateOf(id)]);
    enter({ id, messages, state });
  } catch (error) {
    if (error.closed) {
      sessionStorage.removeItem(KEY);
      ended();
      return;
    }
    if (!(error instanceof Refusal) && !(error instanceof Unreachable)) throw error;
    complain("start-error", reason(error));
    const again = () => {
      removeEventListener("online", again);
      clearTimeout(timer);
      restore(id);
    };
    const timer = setTimeout(again, 10000);
    addEventListener("online", again);
  }
}

function ended() {
  complain("start-error", say("ended"));
  element("resume").open = true;
}

beforeLeaving(() => {
  conversation?.end();
  closeGateway();
  element("resume-code").value = "";
});

begin.disabled = false;
const before = sessionStorage.getItem(KEY);
const [, moved] = location.hash.match(/^#seguir=([\w-]+)$/) ?? [];
if (moved) { // only a person's tap uses the code up, and never in place of what this tab had open
  history.replaceState(null, "", location.pathname);
  element("resume").open = true;
  element("resume-code").value = moved;
  element("resume-code").focus();
} else if (before) restore(before);
else if (sessionStorage.getItem("ended")) {
  sessionStorage.removeItem("ended");
  ended();
}
