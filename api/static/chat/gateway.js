// The conversation API. The token travels in a cookie that this script cannot read.

const ROOT = "/api/v1/conversations";
const PATIENCE = 45000;
const leaving = new AbortController();

/** The server answered and said no. */
export class Refusal extends Error {
  constructor(status, problem = {}, retryAfter = null) {
    super(problem.code ?? String(status));
    this.status = status;
    this.code = problem.code;
    this.detail = problem.detail;
    this.retryAfter = Number(retryAfter) > 0 ? Number(retryAfter) : null;
  }

  /** The same request may well succeed later. */
  get passing() {
    return this.status === 429 || this.status >= 500;
  }

  /** The conversation is no longer open in this browser. */
  get closed() {
    return this.status === 401 || this.status === 404;
  }
}

/** Nothing came back: no network, or it is too slow. */
export class Unreachable extends Error {}

async function call(method, path, body) {
  const patience = new AbortController();
  const giveUp = () => patience.abort();
  const timer = setTimeout(giveUp, PATIENCE);
  leaving.signal.addEventListener("abort", giveUp);
  try {
    const answer = await fetch(ROOT + path, {
      method,
      credentials: "same-origin",
      cache: "no-store",
      headers: body ? { Accept: "application/json", "Content-Type": "application/json" } : { Accept: "application/json" },
      body: body && JSON.stringify(body),
      signal: patience.signal,
    });
    const content = await answer.text();
    if (!answer.ok) throw new Refusal(answer.status, parsed(content), answer.headers.get("Retry-After"));
    return { status: answer.status, ...parsed(content) };
  } catch (error) {
    if (error instanceof Refusal) throw error;
    throw new Unreachable(error.message);
  } finally {
    clearTimeout(timer);
    leaving.signal.removeEventListener("abort", giveUp);
  }
}

function parsed(content) {
  try {
    const value = JSON.parse(content);
    return Array.isArray(value) ? { messages: value } : value;
  } catch {
    return {};
  }
}

export function closeGateway() {
  leaving.abort();
}

export const open = (language) => call("POST", "", language === "es" ? { channel: "web" } : { channel: "web", language });
export const resume = (code, nonce) => call("POST", "/resume", { resume_code: code, nonce });
export const transfer = (id) => call("POST", `/${id}/transfer`);
export const send = (id, body) => call("POST", `/${id}/messages`, body);

export async function messagesAfter(id, seq) {
  return (await call("GET", `/${id}/messages?after=${seq}`)).messages ?? [];
}

export async function stateOf(id) {
  const answer = await call("GET", `/${id}`);
  return answer.state ?? answer;
}

export const eventsAddress = (id, seq) => `${ROOT}/${id}/events?after=${seq}`;

/** Uploads one file; `progress` gets 0 to 100. The promise carries `cancel`. */
export function upload(id, file, progress) {
  const request = new XMLHttpRequest();
  const done = new Promise((resolve, reject) => {
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) progress(Math.round((event.loaded / event.total) * 100));
    });
    request.addEventListener("load", () => {
      const answer = parsed(request.responseText);
      if (request.status === 201) resolve(answer);
      else reject(new Refusal(request.status, answer, request.getResponseHeader("Retry-After")));
    });
    for (const name of ["error", "abort", "timeout"]) {
      request.addEventListener(name, () => reject(new Unreachable(name)));
    }
    const form = new FormData();
    form.append("file", file, file.name);
    request.open("POST", `${ROOT}/${id}/attachments`);
    request.setRequestHeader("Accept", "application/json");
    request.send(form);
  });
  leaving.signal.addEventListener("abort", () => request.abort());
  return Object.assign(done, { cancel: () => request.abort() });
}
