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
