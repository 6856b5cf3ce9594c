// Reads the seal from the camera or a photograph, without a network, and says what it proves.

import { open, NoSeal, UnknownKey } from "./seal.js";

const LARGEST = 2400;
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

// The codes in a picture: each that was found is covered, so that the next can be.
function* codes(source, width, height) {
  const scale = Math.min(1, LARGEST / Math.max(width, height));
  canvas.width = Math.round(width * scale);
  canvas.height = Math.round(height * scale);
  context.drawImage(source, 0, 0, canvas.width, canvas.height);
  for (let tries = 0; tries < 4; tries += 1) {
    const picture = context.getImageData(0, 0, canvas.width, canvas.height);
    const found = window.jsQR(picture.data, picture.width, picture.height);
    if (!found) return;
    yield found.data;
    const corners = [found.location.topLeftCorner, found.location.topRightCorner, found.location.bottomRightCorner, found.location.bottomLeftCorner];
    context.fillStyle = "white";
    context.beginPath();
    corners.forEach(({ x, y }) => context.lineTo(x, y));
    context.fill();
  }
}

// What the picture holds: the name of a result and what it shows; null if there is no code at all.
async function check(source, width, height) {
  let other = null;
  for (const code of codes(source, width, height)) {
    try {
      const seal = await open(code, keys);
      const day = new Intl.DateTimeFormat("es-PE", { dateStyle: "long", timeZone: "UTC" }).format(seal.filed_on);
      return ["valid", { ...seal, filed_on: day }];
    } catch (error) {
      if (!(error instanceof NoSeal)) return [error instanceof UnknownKey ? "unknown_key" : "broken"];
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
    show(...((await check(picture, picture.width, picture.height)) ?? ["no_code"]));
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

async function look() {
  if (!video.srcObject) return;
  const found = video.videoWidth ? await check(video, video.videoWidth, video.videoHeight) : null;
  if (found && found[0] !== "other_code") {
    end();
    show(...found);
    return;
  }
  setTimeout(look, 250);
}

start.addEventListener("click", async () => {
  show(null);
  try {
    video.srcObject = await navigator.mediaDevices.getUserMedia({ video: { facingMode: "environment", width: { ideal: 1920 } } });
  } catch {
    show("no_camera");
    return;
  }
  video.hidden = stop.hidden = false;
  start.hidden = true;
  await video.play();
  look();
});
stop.addEventListener("click", end);
window.addEventListener("pagehide", end);

if ("serviceWorker" in navigator) navigator.serviceWorker.register("/static/seal/worker.js", { scope: "/sello" });
