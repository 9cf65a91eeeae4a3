/* Small comforts; every page works without them. */
"use strict";

const german = document.documentElement.lang === "de";
const ownZone = Intl.DateTimeFormat().resolvedOptions().timeZone;

/* Beside a time in the event's zone: the same moment on the visitor's own clock. */
function addOwnTime(element) {
  const start = new Date(element.dateTime);
  const locale = german ? "de-DE" : "en-GB";
  const clock = (zone) =>
    start.toLocaleString(locale, { timeZone: zone, weekday: "short", day: "numeric", month: "short", hour: "2-digit", minute: "2-digit" });
  if (!ownZone || Number.isNaN(start.valueOf()) || clock(ownZone) === clock(element.dataset.zone)) return;
  const own = document.createElement("span");
  own.className = "own-time";
  own.textContent = `${german ? "Bei Ihnen" : "Your time"}: ${clock(ownZone)}`;
  own.title = ownZone.replaceAll("_", " ");
  element.after(" ", own);
}

/* A second click on the same button sends nothing twice; coming back to the page makes it usable again. */
function guardForm(form) {
  const buttons = () => form.querySelectorAll("button[type=submit]");
  form.addEventListener("submit", (event) => {
    if (form.dataset.sent) return event.preventDefault();
    form.dataset.sent = "yes";
    buttons().forEach((button) => button.setAttribute("aria-disabled", "true"));
  });
  addEventListener("pageshow", () => {
    delete form.dataset.sent;
    buttons().forEach((button) => button.removeAttribute("aria-disabled"));
  });
}

document.querySelectorAll("time[data-zone]").forEach(addOwnTime);
/* Mails then name the visitor's own time too. */
document.querySelectorAll("input[data-own-zone]").forEach((input) => (input.value = ownZone ?? ""));
document.querySelectorAll("form[method=post]").forEach(guardForm);
document.getElementById("form-summary")?.focus();
