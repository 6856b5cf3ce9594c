import { showCalendar } from "./calendar.js";

showCalendar(document.body.dataset);
