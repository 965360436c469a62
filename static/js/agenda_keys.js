// The agenda's keys: N new, / search, J S L views, arrows the period, T today. They can be turned off (WCAG 2.1.4), and
// are silent while somebody writes. Quick booking is loaded into the right column of a wide screen.

const root = document.getElementById("agenda");
const toggle = document.getElementById("agenda-keys");
const OFF = "agenda-keys-off";
const KEYS = { n: "new", j: "jour", s: "semaine", l: "liste", t: "today", arrowleft: "previous", arrowright: "next" };

const is_off = () => localStorage.getItem(OFF) === "1";
const writes = (element) => element.closest("input, textarea, select, [contenteditable], dialog[open], .ec-event, [role=listbox]");

function draw() {
  toggle?.setAttribute("aria-pressed", String(!is_off()));
  document.body.classList.toggle("agenda-page--without-keys", is_off());
}

document.addEventListener("keydown", (event) => {
  if (!root || is_off() || event.ctrlKey || event.metaKey || event.altKey || writes(event.target)) return;
  if (event.key === "/") {
    const field = document.getElementById("agenda-search");
    if (field?.offsetParent) {
      event.preventDefault();
      field.focus();
    }
    return;
  }
  const name = KEYS[event.key.toLowerCase()];
  const quick = name === "new" && document.querySelector("#agenda-book input:not([type=hidden])");
  const link = name && document.querySelector(`[data-key="${name}"]`);
  if (!quick && !link) return;
  event.preventDefault();
  if (quick) quick.focus();
  else link.click();
});

toggle?.addEventListener("click", () => {
  if (is_off()) localStorage.removeItem(OFF);
  else localStorage.setItem(OFF, "1");
  draw();
});

draw();
