// The neutral page that "Salir rápido" leads to: an ordinary calendar of Lima, drawn here so that it also appears without network.

const LIMA = { timeZone: "America/Lima" };

function today() {
  const [year, month, day] = new Intl.DateTimeFormat("en-CA", { ...LIMA, year: "numeric", month: "2-digit", day: "2-digit" })
    .format(new Date()).split("-").map(Number);
  return { year, month: month - 1, day };
}

function weeks(year, month) {
  const blanks = (new Date(Date.UTC(year, month, 1)).getUTCDay() + 6) % 7;
  const days = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const cells = [...Array(blanks).fill(null), ...Array.from({ length: days }, (_, index) => index + 1)];
  while (cells.length % 7) cells.push(null);
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

function turner(label, sign, turn) {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = sign;
  button.setAttribute("aria-label", label);
  button.addEventListener("click", turn);
  return button;
}

export function showCalendar(words) {
  const now = today();
  let { year, month } = now;
  const main = document.createElement("main");
  main.className = "calendar";
  const bar = document.createElement("div");
  bar.className = "calendar__bar";
  const heading = document.createElement("h1");
  heading.setAttribute("aria-live", "polite");
  const table = document.createElement("table");
  const turn = (by) => () => {
    ({ year, month } = { year: year + Math.floor((month + by) / 12), month: (month + by + 12) % 12 });
    draw();
  };
  bar.append(turner(words.previous, "‹", turn(-1)), heading, turner(words.next, "›", turn(1)));

  function draw() {
    const name = new Intl.DateTimeFormat("es-PE", { month: "long", year: "numeric", timeZone: "UTC" }).format(Date.UTC(year, month, 1));
    heading.textContent = name.charAt(0).toUpperCase() + name.slice(1);
    const weekday = new Intl.DateTimeFormat("es-PE", { weekday: "short", timeZone: "UTC" });
    table.textContent = "";
    const head = table.createTHead().insertRow();
    for (let day = 1; day <= 7; day += 1) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = weekday.format(Date.UTC(2024, 0, day));
      head.append(cell);
    }
    const body = table.createTBody();
    for (const week of weeks(year, month)) {
      const row = body.insertRow();
      for (const day of week) {
        const cell = row.insertCell();
        cell.textContent = day ?? "";
        if (day === now.day && month === now.month && year === now.year) cell.setAttribute("aria-current", "date");
      }
    }
  }

  draw();
  main.append(bar, table);
  document.title = words.title;
  document.body.className = "calendar-page";
  document.body.textContent = "";
  document.body.append(main);
}
