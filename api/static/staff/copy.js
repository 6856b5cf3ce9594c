// Buttons that copy a text: `data-copy` holds it, or names by `data-copy-from` the element that shows it. Without a script, and
// where the browser has no clipboard for pages (no HTTPS), they stay hidden.
if (navigator.clipboard) {
  for (const button of document.querySelectorAll("[data-copy], [data-copy-from]")) {
    const said = button.innerHTML;
    button.setAttribute("aria-live", "polite");
    button.hidden = false;
    button.addEventListener("click", async () => {
      const from = document.getElementById(button.dataset.copyFrom);
      await navigator.clipboard.writeText(from ? from.textContent : button.dataset.copy);
      button.textContent = "Copiado";
      setTimeout(() => { button.innerHTML = said; }, 2000);
    });
  }
}
