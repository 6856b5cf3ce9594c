// A recording that does not play says so, instead of staying silent.
for (const sound of document.querySelectorAll("audio")) {
  sound.addEventListener("error", () => { sound.nextElementSibling.hidden = false; });
}
