// The sentences that the page brought along, with their {names} filled in.

const sentences = JSON.parse(document.getElementById("sentences").textContent);
const numbers = new Intl.NumberFormat("es-PE");

export function say(name, values = {}) {
  return sentences[name].replace(/\{(\w+)\}/g, (whole, key) => {
    const value = values[key];
    return typeof value === "number" ? numbers.format(value) : value ?? whole;
  });
}
