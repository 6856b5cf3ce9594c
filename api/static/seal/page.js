// Reads the seal from the camera or a photograph, without a network, and says what it proves.

import { open, Broken, NoSeal, UnknownKey } from "./seal.js";

const LARGEST = 2400;
const WHOLE = [0, 0, 1, 1];
const PARTS = [WHOLE, [0, 0.45, 1, 1], [0, 0, 1, 0.55], [0, 0, 0.55, 1], [0.45, 0, 1, 1]];
const page = document.querySelector("[data-seal]");
const keys = new Map(page.dataset.keys.split(" ").map((pair) => pair.split(":")));
const video = page.querySelector("[data-camera]");
const start = page.querySelector("[data-start]");
const stop = page.querySelector("[data-stop]");
const canvas = document.createElement("canvas");
const context = canvas.getContext("2d", { willReadFrequently: true });

function show(name, fields = {}) {
  for (const section of page.querySelectorAll("[data-result]")) section.hidden = section.dataset.result !== name;
  if (!name) return;
  const shown = page.querySelector(`[data-result="${name}"]`);
  for (const [field, value] of Object.entries(fields)) shown.querySelector(`[data-field="${field}"]`).textContent = value;
  shown.querySelector("h2").focus();
}

// The codes in the parts of a picture: of several in one part the reader finds one or none.
function* codes(source, width, height, parts) {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  for (const [left, top, right, bottom] of parts) {
    const [x, y] = [Math.floor(canvas.width * left), Math.floor(canvas.height * top)];
    const picture = context.getImageData(x, y, Math.ceil(canvas.width * right) - x, Math.ceil(canvas.height * bottom) - y);
    const found = window.jsQR(picture.data, picture.width, picture.height);
    if (found) yield found.data;
  }
}

// What the picture holds: the name of a result and what it shows; null if there is no code at all.
async function check(source, width, height, parts) {
  let other = null;
  for (const code of codes(source, width, height, parts)) {
    try {
      const seal = await open(code, keys);
      const day = new Intl.DateTimeFormat("es-PE", { dateStyle: "long", timeZone: "UTC" }).format(seal.filed_on);
      return ["valid", { ...seal, filed_on: day }];
    } catch (error) {
      if (!(error instanceof NoSeal)) return [error instanceof Broken ? "broken" : error instanceof UnknownKey ? "unknown_key" : "cannot_check"];
      other = ["other_code"];
    }
  }
  return other;
}

page.querySelector("#photo").addEventListener("change", async ({ target }) => {
  const [file] = target.files;
  if (!file) return;
  show(null);
  try {
    const picture = await createImageBitmap(file);
    show(...((await check(picture, picture.width, picture.height, PARTS)) ?? ["no_code"]));
  } catch {
    show("no_code");
  }
});

function end() {
  for (const track of video.srcObject?.getTracks() ?? []) track.stop();
  video.srcObject = null;
  video.hidden = stop.hidden = true;
  start.hidden = false;
}

async function look(stream) {
  if (video.srcObject !== stream) return;
  const found = video.videoWidth ? await check(video, video.videoWidth, video.videoHeight, [WHOLE]) : null;
  if (video.srcObject !== stream) return;
  if (found && found[0] !== "other_code") {
    end();
    show(...found);
    return;
  }
  setTimeout(look, 250, stream);
}

start.addEventListener("click", async () => {
  show(null);
  start.disabled = true;
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  } catch {
    show("no_camera");
    return;
  } finally {
    start.disabled = false;
  }
  video.hidden = stop.hidden = false;
  start.hidden = true;
  stop.focus();
  await video.play();
  look(video.srcObject);
});
stop.addEventListener("click", () => { end(); start.focus(); });
window.addEventListener("pagehide", end);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/static/seal/worker.js", { scope: "/sello" });
