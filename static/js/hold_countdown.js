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
