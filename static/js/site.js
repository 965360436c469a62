{
// Tells the styles that scripts run, and speaks what other modules announce.

document.documentElement.classList.add("js");

document.addEventListener("announce", (event) => {
  const region = document.getElementById("announcer");
  if (!region) return;
  region.textContent = "";
  // A change in a later task is heard even when the sentence is the same as before.
  setTimeout(() => { region.textContent = event.detail; }, 50);
});

// The current tab of a bar that scrolls is brought into sight.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const bar = tab.parentElement;
  bar.scrollLeft = tab.offsetLeft - bar.offsetLeft - (bar.clientWidth - tab.offsetWidth) / 2;
}

// The summary of a refused form takes the focus, also after a fragment is swapped in.
document.addEventListener("htmx:afterSettle", (event) => {
  event.target.querySelector?.(".error-summary")?.focus();
});
}
{
// A form that posts is sent once: the second click is ignored until an answer comes.

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-repeatable")) return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  if (event.defaultPrevented) return;
  form.dataset.sent = "true";
  const button = event.submitter;
  if (button) button.setAttribute("aria-busy", "true");
});

function release(form) {
  delete form.dataset.sent;
  form.querySelectorAll("[aria-busy]").forEach((button) => button.removeAttribute("aria-busy"));
}

document.addEventListener("htmx:afterRequest", (event) => {
  const form = event.target.closest?.("form");
  if (form) release(form);
});

// Coming back with the browser's history shows the page as it was left.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) document.querySelectorAll("form[data-sent]").forEach(release);
});
}
{
// A menu is a details element that opens by itself; here it closes on Escape, outside, and when the focus leaves.

const menus = () => document.querySelectorAll("details.menu[open]");

document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
  }
});

document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});

document.addEventListener("focusin", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
}
{
// Opens a native dialog from the link that asks the same question on a page of its own.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const way_back = event.target.closest("[data-dialog-close]");
  const open = way_back?.closest("dialog[open]");
  if (open) {
    event.preventDefault();
    open.close();
  }
});
}
{
// A toast leaves after 8 seconds, not while it is pointed at or holds the focus.

const STAY = 8000;

class ToastNote extends HTMLElement {
  connectedCallback() {
    this.querySelector("[data-close]")?.addEventListener("click", () => this.remove());
    for (const type of ["pointerenter", "focusin"]) this.addEventListener(type, () => clearTimeout(this.timer));
    for (const type of ["pointerleave", "focusout"]) this.addEventListener(type, () => this.wait());
    this.wait();
  }

  wait() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.remove(), STAY);
  }

  disconnectedCallback() {
    clearTimeout(this.timer);
  }
}

customElements.define("toast-note", ToastNote);
}
{
// Suggestions under a text field (combobox of the ARIA practices). Without it the field is a plain search field.
// The server answers the options as HTML (templates/components/suggestions.html); the words typed stay usable as they are.

const PAUSE = 160;
const policy = window.trustedTypes?.createPolicy("suggestions", { createHTML: (html) => html }) ?? { createHTML: (html) => html };

class ComboBox extends HTMLElement {
  connectedCallback() {
    this.input = this.querySelector("input:not([type=hidden])");
    if (!this.input || this.list) return;
    this.build();
    this.input.addEventListener("input", () => this.typed());
    this.input.addEventListener("keydown", (event) => this.key(event));
    this.input.addEventListener("focus", () => { if (this.list.childElementCount && this.input.value) this.open(); });
    this.addEventListener("focusout", (event) => { if (!this.contains(event.relatedTarget)) this.close(); });
    this.list.addEventListener("pointerdown", (event) => event.preventDefault());
    this.list.addEventListener("click", (event) => {
      const option = event.target.closest("[role=option]:not([aria-disabled])");
      if (option) this.choose(option);
    });
  }

  build() {
    this.list = document.createElement("div");
    Object.assign(this.list, { id: `${this.input.id}-list`, className: "suggestions", hidden: true });
    this.list.setAttribute("role", "listbox");
    this.list.setAttribute("aria-label", this.dataset.list);
    this.status = document.createElement("span");
    this.status.className = "visually-hidden";
    this.status.setAttribute("role", "status");
    this.append(this.list, this.status);
    for (const [name, value] of Object.entries({
      role: "combobox", "aria-autocomplete": "list", "aria-expanded": "false", "aria-controls": this.list.id,
    })) this.input.setAttribute(name, value);
  }

  get hiddens() { return this.querySelectorAll("input[type=hidden]"); }

  get options() { return [...this.list.querySelectorAll("[role=option]:not([aria-disabled])")]; }

  typed() {
    for (const hidden of this.hiddens) this.set(hidden, "");
    clearTimeout(this.timer);
    const words = this.input.value.trim();
    if (words.length < 2) {
      this.request?.abort();
      this.list.replaceChildren();
      this.close();
      return;
    }
    this.timer = setTimeout(() => this.ask(words), PAUSE);
  }

  async ask(words) {
    this.request?.abort();
    this.request = new AbortController();
    try {
      const answer = await fetch(`${this.dataset.source}?q=${encodeURIComponent(words)}`, {
        signal: this.request.signal, headers: { Accept: "text/html" },
      });
      if (!answer.ok) throw new Error(answer.status);
      this.show(await answer.text());
    } catch (error) {
      if (error.name !== "AbortError") this.close();
    }
  }

  show(html) {
    this.list.innerHTML = policy.createHTML(html);
    // Two comboboxes of a page receive the same ids: each takes them for its own.
    for (const element of this.list.querySelectorAll("[id]")) element.id = `${this.list.id}-${element.id}`;
    for (const group of this.list.querySelectorAll("[aria-labelledby]")) {
      group.setAttribute("aria-labelledby", `${this.list.id}-${group.getAttribute("aria-labelledby")}`);
    }
    const count = this.options.length;
    this.status.textContent = count ? this.dataset.count.replace("{n}", count) : this.dataset.none;
    if (this.list.childElementCount && this.input === document.activeElement) this.open();
    else this.close();
  }

  open() {
    this.list.hidden = false;
    this.input.setAttribute("aria-expanded", "true");
  }

  close() {
    this.list.hidden = true;
    this.input.setAttribute("aria-expanded", "false");
    this.mark(null);
  }

  mark(option) {
    this.active?.setAttribute("aria-selected", "false");
    this.active = option;
    if (option) {
      option.setAttribute("aria-selected", "true");
      option.scrollIntoView({ block: "nearest" });
      this.input.setAttribute("aria-activedescendant", option.id);
    } else {
      this.input.removeAttribute("aria-activedescendant");
    }
  }

  key(event) {
    if (event.key === "Escape" && !this.list.hidden) {
      event.preventDefault();
      this.close();
    } else if (event.key === "Enter" && !this.list.hidden && this.active) {
      event.preventDefault();
      this.choose(this.active);
    } else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      if (!this.options.length) return;
      event.preventDefault();
      this.open();
      this.step(event.key === "ArrowDown" ? 1 : -1);
    }
  }

  step(by) {
    const options = this.options;
    const at = options.indexOf(this.active);
    const next = at < 0 ? (by > 0 ? 0 : options.length - 1) : (at + by + options.length) % options.length;
    this.mark(options[next]);
  }

  choose(option) {
    if (option.dataset.url) {
      window.location.assign(option.dataset.url);
      return;
    }
    this.input.value = option.dataset.label;
    for (const hidden of this.hiddens) this.set(hidden, hidden.id === this.dataset.hidden ? option.dataset.value : "");
    this.list.replaceChildren();
    this.close();
    this.status.textContent = option.dataset.label;
  }

  set(hidden, value) {
    hidden.value = value;
    hidden.disabled = !value;
  }
}

customElements.define("combo-box", ComboBox);
}
{
// « Autour de moi »: asks the browser once, on a click, and keeps three decimals (about 100 m).

class NearMe extends HTMLElement {
  connectedCallback() {
    if (!navigator.geolocation) {
      this.hidden = true;
      return;
    }
    this.querySelector("button").addEventListener("click", () => this.locate());
  }

  say(words) {
    const status = this.closest("form")?.querySelector("[data-near-status]");
    if (status) status.textContent = words;
  }

  locate() {
    this.say(this.dataset.waiting);
    navigator.geolocation.getCurrentPosition(
      ({ coords }) => this.found(coords),
      () => this.say(this.dataset.refused),
      { timeout: 10000, maximumAge: 300000 },
    );
  }

  found({ latitude, longitude }) {
    const near = document.getElementById(this.dataset.hidden);
    const place = document.getElementById(this.dataset.clear);
    near.value = `${latitude.toFixed(3)},${longitude.toFixed(3)}`;
    near.disabled = false;
    place.value = "";
    place.disabled = true;
    document.getElementById(this.dataset.input).value = this.dataset.word;
    this.say(this.dataset.done);
  }
}

customElements.define("near-me", NearMe);
}
{
// Counts down a held slot: each second for the eye, at a few moments for the ear. « Prolonger » keeps the form as it is.

const SPOKEN = [300, 120, 60, 30];

class HoldCountdown extends HTMLElement {
  connectedCallback() {
    this.shown = this.querySelector("[data-left]");
    this.live = this.querySelector("[data-live]");
    // The seconds left when the page was drawn, on this device's clock: a clock that is wrong does no harm.
    this.start(Number(this.dataset.seconds));
    this.querySelector("form[data-extend]")?.addEventListener("submit", (event) => this.extend(event));
  }

  disconnectedCallback() {
    clearInterval(this.ticking);
  }

  start(seconds) {
    clearInterval(this.ticking);
    this.deadline = Date.now() + seconds * 1000;
    this.before = seconds;
    this.ticking = setInterval(() => this.tick(), 1000);
    this.tick();
  }

  tick() {
    const left = Math.max(0, Math.round((this.deadline - Date.now()) / 1000));
    if (this.shown) this.shown.textContent = this.words(left);
    if (SPOKEN.some((moment) => left <= moment && this.before > moment)) this.speak(this.dataset.say.replace("{left}", this.words(left)));
    this.before = left;
    if (left === 0) this.over();
  }

  words(seconds) {
    const minutes = Math.floor(seconds / 60);
    const rest = seconds % 60;
    if (!minutes) return this.dataset.under.replace("{s}", rest);
    return this.dataset.minutes.replace("{m}", minutes).replace("{s}", String(rest).padStart(2, "0"));
  }

  speak(words) {
    this.live.textContent = words;
  }

  over() {
    clearInterval(this.ticking);
    const body = this.querySelector(".banner__body");
    const fact = document.createElement("b");
    fact.textContent = this.dataset.over;
    body.replaceChildren(fact);
    if (this.dataset.overUrl) {
      const link = document.createElement("a");
      link.href = this.dataset.overUrl;
      link.textContent = this.dataset.retry;
      body.append(" ", link);
    }
    this.speak(this.dataset.over);
    this.dispatchEvent(new CustomEvent("hold-over", { bubbles: true }));
  }

  // The view answers the page again; only the seconds left are read from it, so that what was typed stays.
  async extend(event) {
    event.preventDefault();
    event.stopPropagation();
    const form = event.target;
    try {
      const answer = await fetch(form.action, { method: "POST", body: new FormData(form), credentials: "same-origin" });
      const page = await answer.text();
      const seconds = page.match(/<hold-countdown[^>]* data-seconds="(\d+)"/);
      if (!answer.ok || !seconds) throw new Error("no countdown");
      this.start(Number(seconds[1]));
      if (!page.includes("data-extend")) form.remove();
      this.speak(this.dataset.say.replace("{left}", this.words(Number(seconds[1]))));
    } catch {
      form.submit();
    }
  }
}

customElements.define("hold-countdown", HoldCountdown);
}
{
// The week of slots: announces the dates after a change of week, keeps the focus near, and repeats the chosen hour.

class SlotWeek extends HTMLElement {
  connectedCallback() {
    if (document.readyState !== "complete") return;
    document.dispatchEvent(new CustomEvent("announce", { detail: this.dataset.announce }));
  }
}

customElements.define("slot-week", SlotWeek);

// The button just used may be gone (first or last week): the focus then goes to the other one.
document.addEventListener("htmx:afterSettle", () => {
  if (document.activeElement && document.activeElement !== document.body) return;
  (document.getElementById("slot-week-next") ?? document.getElementById("slot-week-previous"))?.focus();
});

function repeat(input) {
  const target = input.form?.querySelector("[data-chosen]");
  if (!target) return;
  const words = input.dataset.when;
  target.textContent = words.charAt(0).toUpperCase() + words.slice(1);
}

document.addEventListener("change", (event) => {
  if (event.target.matches?.("input[data-when]")) repeat(event.target);
});

document.querySelectorAll("input[data-when]:checked").forEach(repeat);
}
{
// A button that says for whom, once it is chosen: « Confirmer pour Léo ». Without script it keeps its general words.
// data-words: JSON, value of the choice → words · data-words-of: name of the radio buttons
// data-words-unless: name of boxes that add other people, for whom no single name would be true.

function reword(button) {
  button.dataset.usual ??= button.textContent;
  const chosen = button.form.elements.namedItem(button.dataset.wordsOf)?.value ?? "";
  const boxes = button.form.querySelectorAll(`input[name="${button.dataset.wordsUnless}"]:checked`);
  const alone = [...boxes].every((box) => box.value === chosen);
  const words = JSON.parse(button.dataset.words)[chosen];
  button.textContent = (alone && words) || button.dataset.usual;
}

function rewordAll() {
  document.querySelectorAll("button[data-words]").forEach(reword);
}

document.addEventListener("change", rewordAll);
window.addEventListener("pageshow", rewordAll);
rewordAll();
}
