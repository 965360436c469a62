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
