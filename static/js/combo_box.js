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
