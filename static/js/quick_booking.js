// Quick booking in place: typing finds patients, a choice shows the next step, and the keyboard is enough for all of it.
// Without this script the same addresses answer whole pages.

const PAUSE = 200;
let last = 0;
let timer = null;

const panel = () => document.querySelector("[data-quick]");

async function read(url) {
  const mine = ++last;
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
  if (answer.type === "opaqueredirect" || !answer.ok) { window.location.assign(url); return null; }
  const text = await answer.text();
  // A slower answer to an older question is not shown over a newer one.
  return mine === last ? new DOMParser().parseFromString(text, "text/html") : null;
}

function address(form) {
  const words = new URLSearchParams();
  for (const [name, value] of new FormData(form)) if (value) words.append(name, value);
  return `${form.getAttribute("action")}?${words}`;
}

async function show(url) {
  const found = await read(url);
  const fresh = found?.querySelector("[data-quick]");
  if (!fresh) return;
  panel().replaceWith(fresh);
  start();
  if (document.querySelector(".quick-page")) history.replaceState(null, "", url);
  fresh.querySelector("[autofocus]")?.focus();
}

async function swap(form, name) {
  const found = await read(address(form));
  const fresh = found?.getElementById(name);
  const old = document.getElementById(name);
  if (!fresh || !old) return;
  old.replaceWith(fresh);
  if (name === "quick-hours") {
    const others = found.getElementById("quick-avec");
    const mine = document.getElementById("quick-avec");
    if (others && mine && document.activeElement !== mine) mine.replaceWith(others);
    const count = fresh.querySelectorAll("input[type=radio]").length;
    const legend = fresh.querySelector("legend, p")?.textContent.trim() ?? "";
    document.dispatchEvent(new CustomEvent("announce", { detail: count ? `${legend} : ${count}` : legend }));
  }
}

function start() {
  panel()?.classList.add("quick--live");
}

document.addEventListener("input", (event) => {
  if (event.target.id !== "quick-q") return;
  clearTimeout(timer);
  timer = setTimeout(() => swap(event.target.form, "quick-found"), PAUSE);
});

document.addEventListener("change", (event) => {
  const form = event.target.closest("[data-what]");
  if (form) swap(form, "quick-hours");
});

document.addEventListener("submit", (event) => {
  if (event.target.matches("[data-find]")) {
    event.preventDefault();
    clearTimeout(timer);
    swap(event.target, "quick-found").then(() => {
      const links = panel().querySelectorAll(".quick__found a");
      if (links.length === 1) show(links[0].href);
      else links[0]?.focus();
    });
  } else if (event.target.matches("[data-what]")) {
    event.preventDefault();
    swap(event.target, "quick-hours");
  }
});

document.addEventListener("click", (event) => {
  const link = event.target.closest("[data-quick] a[data-part]");
  if (!link || event.ctrlKey || event.metaKey || event.shiftKey) return;
  event.preventDefault();
  show(link.href);
});

document.addEventListener("keydown", (event) => {
  const here = panel();
  if (!here) return;
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && here.contains(event.target)) {
    event.preventDefault();
    here.querySelector("[data-put]")?.requestSubmit();
    return;
  }
  const links = [...here.querySelectorAll(".quick__found a")];
  const at = links.indexOf(document.activeElement);
  const field = document.getElementById("quick-q");
  if (event.key === "ArrowDown" && links.length && (event.target === field || at >= 0)) {
    event.preventDefault();
    links[Math.min(at + 1, links.length - 1)].focus();
  } else if (event.key === "ArrowUp" && at >= 0) {
    event.preventDefault();
    if (at === 0) field?.focus();
    else links[at - 1].focus();
  } else if (event.key.toLowerCase() === "n" && !event.ctrlKey && !event.metaKey && !event.altKey
    && document.querySelector(".quick-page") && localStorage.getItem("agenda-keys-off") !== "1"
    && !event.target.closest("input, textarea, select, [contenteditable]")) {
    event.preventDefault();
    if (field) field.focus();
    else here.querySelector(".quick__patient a")?.click();
  }
});

start();
