// What is done on the grid: drag to move, stretch, select to book, open a visit. Every act asks first, every refusal puts
// things back and says why, and what was done can be taken back from the toast.

const root = document.getElementById("agenda");
const words = document.getElementById("agenda-token");
const dialog = document.getElementById("agenda-question");
const TOAST = 12000;

async function post(address, fields) {
  const body = new FormData(words);
  for (const [name, value] of Object.entries(fields)) if (value !== undefined) body.set(name, value);
  const answer = await fetch(address, { method: "POST", body, headers: { Accept: "application/json" }, redirect: "manual" });
  const found = answer.headers.get("Content-Type")?.startsWith("application/json") ? await answer.json() : {};
  return { ok: answer.ok, ...found };
}

function say(text, undo = "") {
  const toast = document.createElement("toast-note");
  toast.className = "toast";
  toast.setAttribute("role", "status");
  const line = document.createElement("p");
  line.textContent = text;
  toast.append(line);
  if (undo) {
    const back = document.createElement("button");
    back.type = "button";
    back.className = "button button--text";
    back.textContent = words.dataset.undoWord;
    back.addEventListener("click", () => { toast.remove(); take_back(undo); });
    toast.append(back);
  }
  const close = document.createElement("button");
  close.type = "button";
  close.className = "toast__close";
  close.dataset.close = "";
  close.setAttribute("aria-label", words.dataset.closeWord);
  close.textContent = "×";
  toast.append(close);
  document.getElementById("toasts").replaceChildren(toast);
}

function refuse(text) {
  const banner = document.createElement("div");
  banner.className = "banner banner--danger agenda-refusal";
  banner.setAttribute("role", "alert");
  banner.textContent = text || words.dataset.failed;
  document.querySelector(".agenda-refusal")?.remove();
  root.querySelector(".agenda__body").prepend(banner);
  setTimeout(() => banner.remove(), TOAST * 2);
}

async function take_back(address) {
  try {
    const found = await post(address, {});
    if (found.ok) say(found.done);
    else refuse(found.message);
  } catch { refuse(); }
  root.dispatchEvent(new CustomEvent("agenda:refresh"));
}

function ask(question) {
  dialog.querySelector("h2").textContent = question.title;
  dialog.querySelector("[data-text]").textContent = question.text;
  dialog.querySelector("[data-yes]").textContent = question.yes;
  dialog.querySelector("[data-tell]").hidden = !question.soon;
  dialog.returnValue = "no";
  dialog.showModal();
  return new Promise((resolve) => dialog.addEventListener("close", () => resolve(dialog.returnValue), { once: true }));
}

async function act(address, fields, back) {
  document.querySelector(".agenda-refusal")?.remove();
  try {
    const asked = await post(address, fields);
    if (!asked.ok) { back(); refuse(asked.message); return; }
    const said = await ask(asked.question);
    if (said !== "yes" && said !== "tell") { back(); return; }
    const done = await post(address, { ...fields, confirme: "1", prevenir: said === "tell" ? "1" : "0" });
    if (!done.ok) { back(); refuse(done.message); return; }
    say(done.done, done.undo);
  } catch {
    back();
    refuse();
  }
  root.dispatchEvent(new CustomEvent("agenda:refresh"));
}

async function keep({ agenda, start, end, done }) {
  try {
    const held = await post(words.dataset.hold, { agenda, debut: start, fin: end });
    if (held.ok && held.url) {
      if (!(await quick(held.url))) window.location.assign(held.url);
      root.dispatchEvent(new CustomEvent("agenda:refresh"));
      done();
      return;
    }
    if (!held.ok) refuse(held.message);
  } catch { refuse(); }
  done();
  root.dispatchEvent(new CustomEvent("agenda:refresh"));
}

// Quick booking in the right column of a wide screen; elsewhere its own page.
async function quick(url) {
  const place = document.getElementById("agenda-book");
  if (!place?.offsetParent) return false;
  const answer = await fetch(url, { headers: { "X-Requested-With": "fetch" }, redirect: "manual" });
  if (!answer.ok) return false;
  const panel = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("[data-quick]");
  if (!panel) return false;
  panel.classList.add("quick--live");
  for (const element of panel.querySelectorAll("[autofocus]")) element.removeAttribute("autofocus");
  place.replaceChildren(panel);
  if (url !== place.dataset.book) panel.querySelector("input:not([type=hidden]), select")?.focus();
  return true;
}

const address_of = (name, id) => words.dataset[name].replace(words.dataset.placeholder, id);

if (root && dialog) {
  root.addEventListener("agenda:drop", ({ detail }) => act(
    address_of("move", detail.id), { agenda: detail.agenda, debut: detail.start, revision: detail.revision }, detail.back,
  ));
  root.addEventListener("agenda:stretch", ({ detail }) => act(
    address_of("stretch", detail.id), { fin: detail.end, revision: detail.revision }, detail.back,
  ));
  const place = document.getElementById("agenda-book");
  if (place) quick(place.dataset.book);
  root.addEventListener("agenda:select", ({ detail }) => keep(detail));
}
