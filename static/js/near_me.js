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
