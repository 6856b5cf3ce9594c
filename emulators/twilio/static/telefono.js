// The telephone: shows what came as it comes, and writes as a citizen would. What is being typed is never touched.
const POLL = 1000;
const $ = (id) => document.getElementById(id);
const shown = new Map(); // sid → what was drawn last
let number = new URLSearchParams(location.search).get("numero") || "+51987654321";

const make = (tag, attributes = {}, ...children) => {
  const element = Object.assign(document.createElement(tag), attributes);
  element.append(...children);
  return element;
};

const OFFLINE = "El teléfono no tiene conexión con los emuladores.";
const tell = (text) => { $("told").textContent = text; };

async function ask(path, options) {
  try {
    const answer = await fetch(path, options);
    if ($("told").textContent === OFFLINE) tell("");
    if (answer.ok) return answer;
    const told = await answer.json().catch(() => ({}));
    tell(typeof told.detail === "string" ? told.detail : "No se pudo. Revise lo que escribió.");
  } catch {
    tell(OFFLINE);
  }
  return null;
}

async function write(fields) {
  tell("");
  const form = new FormData();
  form.set("number", number);
  for (const [name, value] of Object.entries(fields)) if (value !== "") form.set(name, value);
  const sent = ask("/telefono/mensajes", { method: "POST", body: form });
  setTimeout(refresh, 50);
  const answer = await sent;
  refresh();
  return answer;
}

function linked(text) {
  const line = make("p", { className: "text" });
  for (const part of text.split(/(https?:\/\/[^\s<>"]+)/)) {
    line.append(/^https?:/.test(part) ? make("a", { href: part, textContent: part, target: "_blank", rel: "noopener" }) : part);
  }
  return line;
}

function attachment({ url, content_type: type, name }) {
  const family = type.split("/")[0];
  if (family === "image") return make("img", { src: url, alt: name || "Foto" });
  if (family === "video") return make("video", { src: url, controls: true });
  if (family === "audio") return make("audio", { src: url, controls: true });
  const kind = type === "application/pdf" ? "Documento PDF" : type === "text/vcard" ? "Contacto" : "Archivo";
  return make("a", { className: "file", href: url, target: "_blank", rel: "noopener", textContent: name || kind });
}

function place(fields) {
  const name = fields.Label || fields.Address || "sin nombre";
  return make("p", { className: "text", textContent: `Ubicación: ${name}\n${fields.Latitude}, ${fields.Longitude}` });
}

const TICKS = {
  sent: ["✓", "Enviado", ""], delivered: ["✓✓", "Entregado", ""], read: ["✓✓", "Leído", "seen"],
  lost: ["⚠", "No llegó a la comisaría", "bad"],
};

function ticks(message) {
  const state = !message.mine ? message.status : { null: "sent", true: "read", false: "lost" }[message.handed_over];
  const [marks, meaning, look] = TICKS[state];
  return make("span", { className: `ticks ${look}`, textContent: marks, title: meaning, ariaLabel: meaning, role: "img" });
}

function openList(message) {
  $("list-title").textContent = message.button;
  $("items").replaceChildren(...message.choices.map((choice) => {
    const button = make("button", { type: "button" }, choice.title, choice.description ? make("small", {}, choice.description) : "");
    button.addEventListener("click", () => { $("list").close(); write({ choice: choice.id, reply_to: message.sid }); });
    return make("li", {}, button);
  }));
  $("list").showModal();
}

function offer(message) {
  const box = make("div", { className: "offer" });
  if (message.button) {
    const open = make("button", { type: "button", textContent: `☰ ${message.button}`, ariaHasPopup: "dialog" });
    open.addEventListener("click", () => openList(message));
    box.append(open);
  } else {
    for (const choice of message.choices) {
      const button = make("button", { type: "button", textContent: choice.title });
      button.addEventListener("click", () => write({ choice: choice.id, reply_to: message.sid }));
      box.append(button);
    }
  }
  return box;
}

function draw(message) {
  const item = make("li", { className: message.mine ? "mine" : "theirs" });
  item.dataset.sid = message.sid;
  if (!message.mine && message.status === "failed") {
    item.className = "lost";
    item.textContent = `Un mensaje no llegó (${message.error_code}).`;
    return item;
  }
  const bubble = make("div", { className: "bubble" }, ...message.files.map(attachment));
  if (message.location) bubble.append(place(message.location));
  if (message.text) bubble.append(linked(message.text));
  const time = new Date(message.at).toLocaleTimeString("es-PE", { hour: "2-digit", minute: "2-digit" });
  bubble.append(make("span", { className: "foot" }, `${time} `, ticks(message)));
  item.append(bubble);
  if (message.choices.length) item.append(offer(message));
  return item;
}

// Of a bubble that is there only its ticks change: what plays goes on, and the keyboard stays where it is.
function redraw(message) {
  const drawn = JSON.stringify(message);
  const before = shown.get(message.sid);
  if (before?.drawn === drawn) return false;
  const item = draw(message);
  if (before) before.item.querySelector(".foot").replaceWith(item.querySelector(".foot"));
  else $("thread").append(item);
  shown.set(message.sid, { drawn, item: before?.item ?? item });
  return !before;
}

const down = () => { $("thread").scrollTop = $("thread").scrollHeight; };
$("thread").addEventListener("load", down, true); // a picture came

async function refresh() {
  const asked = number;
  const answer = await ask(`/telefono/mensajes?number=${encodeURIComponent(asked)}`);
  if (!answer || asked !== number) return;
  const messages = (await answer.json()).filter((one) => one.mine || one.status !== "queued");
  const fresh = messages.map(redraw).some(Boolean);
  if (fresh) down();
  if (!document.hidden && messages.some((one) => one.status === "delivered")) {
    const form = new FormData();
    form.set("number", number);
    await ask("/telefono/leidos", { method: "POST", body: form });
  }
}

function become(chosen) {
  number = chosen;
  $("number").value = chosen;
  history.replaceState(null, "", `?numero=${encodeURIComponent(chosen)}`);
  shown.clear();
  $("thread").replaceChildren();
  refresh();
}

async function submit() {
  const text = $("text").value.trim();
  if (!text) return;
  $("text").value = "";
  if (!(await write({ text })) && !$("text").value) $("text").value = text;
}

$("who").addEventListener("submit", (event) => { event.preventDefault(); become($("number").value.trim()); });
$("write").addEventListener("submit", (event) => { event.preventDefault(); submit(); });
$("text").addEventListener("keydown", (event) => {
  if (event.key === "Enter" && !event.shiftKey && !event.isComposing) { event.preventDefault(); submit(); }
});

const attach = (open) => {
  $("attach").hidden = !open;
  $("clip").setAttribute("aria-expanded", open);
  down();
};
$("clip").addEventListener("click", () => attach($("attach").hidden));
$("attach").addEventListener("click", ({ target }) => {
  if (target.dataset.pick !== undefined) { $("file").accept = target.dataset.pick; $("file").click(); }
  if (target.dataset.opens) $(target.dataset.opens).showModal();
});
$("file").addEventListener("change", async () => {
  const [file] = $("file").files;
  if (!file) return;
  attach(false);
  const text = $("text").value.trim();
  if (await write({ file, text }) && $("text").value.trim() === text) $("text").value = "";
  $("file").value = "";
});
$("place").addEventListener("close", () => {
  if ($("place").returnValue !== "send") return;
  attach(false);
  write({ latitude: $("latitude").value, longitude: $("longitude").value, label: $("label").value, address: $("address").value });
});
$("contact").addEventListener("close", () => {
  if ($("contact").returnValue !== "send") return;
  attach(false);
  const clean = (id) => $(id).value.replace(/[\r\n]/g, " ").replace(/[\\;,]/g, "\\$&");
  const card = `BEGIN:VCARD\r\nVERSION:3.0\r\nFN:${clean("contact-name")}\r\nN:${clean("contact-name")};;;;\r\nTEL;TYPE=CELL:${clean("contact-phone")}\r\nEND:VCARD\r\n`;
  write({ file: new File([card], `${$("contact-name").value}.vcf`, { type: "text/vcard" }) });
});

// Faults
const named = (kind) => [...$("kind").options].find((option) => option.value === kind).textContent;

async function listFaults() {
  const answer = await ask("/faults");
  if (!answer) return;
  const active = await answer.json();
  $("active").replaceChildren(...active.map((one) => make("li", {}, [
    named(one.kind), one.number ?? "todos los números", one.count ? `${one.count} más` : "",
    one.per_second ? `${one.per_second} por segundo` : "", one.seconds ? `${one.seconds} s` : "",
  ].filter(Boolean).join(" · "))));
  if (!active.length) $("active").append(make("li", {}, "Ninguna."));
}

function details() {
  const detail = $("kind").selectedOptions[0].dataset.detail;
  $("detail").hidden = !detail;
  $("unit").textContent = detail === "per_second" ? "Pedidos por segundo" : "Segundos";
  $("times").hidden = detail === "per_second";
}
$("kind").addEventListener("change", details);
$("break").addEventListener("submit", async (event) => {
  event.preventDefault();
  const detail = $("kind").selectedOptions[0].dataset.detail;
  const fault = { kind: $("kind").value, number: $("mine").checked ? number : null };
  if (detail) fault[detail] = Number($("amount").value);
  if (detail !== "per_second") fault.count = Number($("count").value);
  await ask("/faults", { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(fault) });
  listFaults();
});
$("mend").addEventListener("click", async () => { await ask("/faults", { method: "DELETE" }); listFaults(); });
const move = (now) => ask("/clock", { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ now }) });
$("later").addEventListener("click", async () => {
  const answer = await ask("/clock");
  if (answer) move(new Date(Date.parse((await answer.json()).now) + 25 * 3600e3).toISOString());
});
$("now").addEventListener("click", () => move(null));

details();
become(number);
setInterval(() => { refresh(); if (document.querySelector(".faults").open) listFaults(); }, POLL);
document.querySelector(".faults").addEventListener("toggle", listFaults);
document.addEventListener("visibilitychange", refresh);
