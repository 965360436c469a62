// Draws the agenda's grid over its list where there is room, and keeps both fresh: every fifteen seconds the version of
// the agendas is asked for. When the network is lost the page stays readable, says of what hour it is, and cannot act.
// What was read is kept in this open page alone: no patient's name is written in the browser's storage.

const root = document.getElementById("agenda");
const box = document.getElementById("agenda-grid");
const list = document.getElementById("agenda-list");
const words = document.getElementById("agenda-token");
const banner = document.getElementById("agenda-offline");
const WIDE = window.matchMedia("(min-width: 900px)");
const EVERY = 15000;

let calendar = null;
let etag = "";
let read_at = new Date();
let offline = false;
let dragged_at = 0;

const hour = (date) => `${String(date.getHours()).padStart(2, "0")}:${String(date.getMinutes()).padStart(2, "0")}`;

function drawing(name) {
  const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
  svg.setAttribute("class", "icon");
  svg.setAttribute("aria-hidden", "true");
  const use = document.createElementNS("http://www.w3.org/2000/svg", "use");
  use.setAttribute("href", `${root.dataset.icons}#${name}`);
  svg.append(use);
  return svg;
}

function span(name, text) {
  const element = document.createElement("span");
  element.className = name;
  element.textContent = text;
  return element;
}

const visit_page = (id) => words.dataset.visit.replace(words.dataset.placeholder, id);

function content({ event }) {
  const { kind, sign, reason, outside } = event.extendedProps;
  if (kind !== "visit") return event.title ? { domNodes: [span("agenda-event__behind", event.title)] } : undefined;
  // A real link: reached with Tab, opened in another tab, and read out whole.
  const box = document.createElement(words.dataset.visit ? "a" : "span");
  box.className = "agenda-event";
  box.draggable = false;
  if (words.dataset.visit) {
    box.href = visit_page(event.id);
    box.setAttribute("aria-label", event.extendedProps.spoken);
  }
  if (sign) box.append(drawing(sign));
  if (outside) {
    const mark = drawing("warning");
    mark.classList.add("agenda-event__outside");
    box.append(mark);
  }
  box.append(span("agenda-event__name", event.title));
  if (reason) box.append(span("agenda-event__reason", reason));
  return { domNodes: [box] };
}

function mounted({ el, event }) {
  if (event.title) el.title = event.title;
  if (event.extendedProps.kind !== "visit") return;
  el.title = event.extendedProps.spoken;
  el.dataset.visit = event.id;
}

function tell(name, detail) {
  root.dispatchEvent(new CustomEvent(name, { detail }));
}

const day_words = (language, long) => new Intl.DateTimeFormat(language, { weekday: long ? "long" : "short", day: "numeric", month: "short", timeZone: "UTC" });

// The grid's dates are moments of the zone it was given: this reads them as that wall does.
function as_wall(date, offset) {
  const minutes = Number(offset.slice(1, 3)) * 60 + Number(offset.slice(4, 6));
  return new Date(date.getTime() + (offset.startsWith("-") ? -1 : 1) * minutes * 60000).toISOString().slice(0, 16);
}

// The grid's library is fetched where the grid is drawn: a phone never needs it. Its skin comes after its own sheet.
let library = null;

function fetched(tag, fields) {
  return new Promise((resolve, reject) => {
    const element = Object.assign(document.createElement(tag), fields);
    element.addEventListener("load", resolve, { once: true });
    element.addEventListener("error", reject, { once: true });
    if (tag === "link") document.head.prepend(element);
    else document.head.append(element);
  });
}

function ready() {
  library ??= Promise.all([
    fetched("link", { rel: "stylesheet", href: root.dataset.calendarStyle }),
    fetched("script", { src: root.dataset.calendar }),
  ]).catch((error) => { library = null; throw error; });
  return library;
}

function build(found) {
  const week = root.dataset.view === "semaine";
  const language = document.documentElement.lang;
  const heading = day_words(language, !week);
  const dense = Boolean(root.dataset.dense);
  // How many columns make a day: the strong line is after each (agenda_grid.css).
  box.classList.add(`agenda-grid--${found.resources.length}`);
  calendar = window.EventCalendar.create(box, {
    view: week ? "resourceTimeGridWeek" : "resourceTimeGridDay",
    date: root.dataset.first,
    timeZone: found.offset,
    firstDay: 1,
    hiddenDays: found.hidden_days,
    locale: language,
    headerToolbar: { start: "", center: "", end: "" },
    datesAboveResources: true,
    allDaySlot: false,
    slotDuration: "00:20",
    snapDuration: "00:05",
    slotLabelInterval: "01:00",
    slotHeight: dense ? 24 : 34,
    slotMinTime: `${found.hours[0]}:00`,
    slotMaxTime: `${found.hours[1]}:00`,
    slotLabelFormat: { hour: "2-digit", minute: "2-digit" },
    dayHeaderFormat: (date) => heading.format(new Date(`${as_wall(date, found.offset)}Z`)),
    nowIndicator: true,
    resources: found.resources,
    events: found.events,
    eventContent: content,
    eventDidMount: mounted,
    eventStartEditable: true,
    eventDurationEditable: true,
    eventLongPressDelay: 500,
    selectable: true,
    selectMinDistance: 4,
    selectLongPressDelay: 700,
    unselectAuto: false,
    pointer: false,
    slotEventOverlap: false,
    eventDragStop: () => { dragged_at = Date.now(); },
    eventResizeStop: () => { dragged_at = Date.now(); },
    eventDrop: (info) => tell("agenda:drop", moved(info, found.offset)),
    eventResize: (info) => tell("agenda:stretch", moved(info, found.offset)),
    select: (info) => tell("agenda:select", {
      agenda: info.resource?.id, start: as_wall(info.start, found.offset), end: as_wall(info.end, found.offset),
      done: () => calendar.unselect(),
    }),
  });
}

function moved(info, offset) {
  return {
    id: info.event.id,
    revision: info.event.extendedProps.revision,
    agenda: info.event.resourceIds[0],
    start: as_wall(info.event.start, offset),
    end: as_wall(info.event.end, offset),
    // The column a visit came from is not part of what the grid takes back by itself.
    back: () => { info.revert(); refresh(true); },
  };
}

function show(found) {
  if (calendar) calendar.setOption("events", found.events);
  else build(found);
  wait(found.waiting);
}

// A time kept that is over changes no version: it is taken off here.
function drop_ended_holds() {
  for (const event of calendar?.getEvents() ?? []) {
    const { kind, until } = event.extendedProps;
    if (kind === "held" && new Date(until) <= Date.now()) calendar.removeEventById(event.id);
  }
}

function wait(people) {
  const strip = document.getElementById("agenda-waiting");
  const place = strip.querySelector("ul");
  place.replaceChildren(...people.map((one) => {
    const item = document.createElement("li");
    const link = document.createElement("a");
    link.className = "agenda-waiting__one";
    // The list is hidden under the grid: the visit is opened instead.
    link.href = gridded() && words.dataset.visit ? visit_page(one.id) : `#visite-${one.id}`;
    link.dataset.since = one.since;
    const name = document.createElement("strong");
    name.textContent = one.name;
    const rest = document.createElement("span");
    rest.append(`${one.hour} ${one.who} · `, Object.assign(document.createElement("span"), { }));
    rest.lastChild.dataset.minutes = "";
    link.append(drawing("sign-square"), name, " ", rest);
    item.append(link);
    return item;
  }));
  strip.hidden = people.length === 0;
  count();
}

function count() {
  const place = document.querySelector("#agenda-waiting ul");
  for (const link of place.querySelectorAll("[data-since]")) {
    const minutes = Math.max(0, Math.floor((Date.now() - new Date(link.dataset.since)) / 60000));
    const late = minutes > 20;
    link.classList.toggle("agenda-waiting__one--late", late);
    const pattern = late ? place.dataset.templateLate : place.dataset.templateMinutes;
    link.querySelector("[data-minutes]").textContent = pattern.replace("{n}", minutes);
  }
}

function away(lost) {
  if (lost === offline) return;
  offline = lost;
  root.classList.toggle("agenda--offline", lost);
  root.toggleAttribute("data-offline", lost);
  banner.hidden = !lost;
  banner.textContent = lost ? words.dataset.offline.replace("{hour}", hour(read_at)) : "";
  hold_still();
  calendar?.setOption("eventStartEditable", !lost);
  calendar?.setOption("eventDurationEditable", !lost);
  calendar?.setOption("selectable", !lost);
  if (!lost) document.dispatchEvent(new CustomEvent("announce", { detail: words.dataset.back }));
}

// What was asked for before the network went may still arrive after.
function back() {
  if (navigator.onLine) away(false);
}

function hold_still() {
  for (const control of root.querySelectorAll("form button")) control.disabled = offline;
}

async function refresh(anew = false) {
  try {
    const headers = { Accept: "application/json", ...(etag && !anew ? { "If-None-Match": etag } : {}) };
    const answer = await fetch(root.dataset.events, { headers, cache: "no-store", redirect: "manual" });
    if (answer.status === 304) {
      read_at = new Date();
      back();
      return;
    }
    // The session is over, or the right to this agenda: the page itself says so.
    if (answer.type === "opaqueredirect" || answer.status === 404) { window.location.reload(); return; }
    if (!answer.ok) throw new Error(answer.status);
    const found = await answer.json();
    const first = etag === "";
    etag = answer.headers.get("ETag") || "";
    read_at = new Date();
    back();
    if (gridded()) {
      await ready();
      show(found);
    } else {
      wait(found.waiting);
      if (!first && !anew) renew_list().catch(() => away(true));
    }
  } catch {
    away(true);
  }
}

// The list is the server's: its new state is taken whole, unless somebody is in the middle of it.
async function renew_list() {
  if (list.contains(document.activeElement) || list.querySelector("details[open]")) return;
  const answer = await fetch(window.location.href, { headers: { Accept: "text/html" }, cache: "no-store" });
  if (!answer.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), "text/html");
  const fresh = page.getElementById("agenda-list");
  if (fresh) list.replaceChildren(...fresh.childNodes);
  if (offline) hold_still();
}

const gridded = () => WIDE.matches && root.dataset.view !== "liste";

function arrange() {
  box.hidden = !gridded();
  list.hidden = gridded();
  if (gridded() && !calendar) refresh(true);
}

if (root) {
  // The end of a drag is no click on the link that was dragged.
  box.addEventListener("click", (event) => { if (Date.now() - dragged_at < 400) event.preventDefault(); }, true);
  root.addEventListener("agenda:refresh", () => refresh(true));
  WIDE.addEventListener("change", arrange);
  arrange();
  if (!gridded()) refresh();
  setInterval(() => { if (!document.hidden) refresh(); }, EVERY);
  setInterval(() => { count(); drop_ended_holds(); }, 30000);
  window.addEventListener("offline", () => away(true));
  window.addEventListener("online", () => refresh());
  document.addEventListener("visibilitychange", () => { if (!document.hidden) refresh(); });
}
