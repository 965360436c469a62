// Sends the chosen files one by one, each with its progress and a way to give it up; one that is refused stops none of
// the others. Without this module the form sends them all at once.
const form = document.querySelector("[data-upload]");
const words = form?.dataset;
const list = form?.querySelector("[data-upload-list]");
const queue = [];
let sending = false;

function says(entry, sentence, state) {
  entry.state = state;
  entry.label.textContent = `${entry.file.name} · ${sentence}`;
  entry.bar.hidden = state !== "sending";
  entry.button.hidden = !["waiting", "sending"].includes(state);
  entry.button.firstChild.textContent = state === "sending" ? words.cancelWord : words.removeWord;
  entry.item.dataset.state = state;
}

function giveUp(entry) {
  if (entry.state === "sending") entry.request.abort();
  else {
    queue.splice(queue.indexOf(entry), 1);
    entry.item.remove();
  }
}

function add(file) {
  const entry = { file, item: document.createElement("li"), label: document.createElement("span") };
  entry.bar = document.createElement("progress");
  entry.button = document.createElement("button");
  const name = document.createElement("span");
  name.className = "visually-hidden";
  name.textContent = ` ${file.name}`;
  entry.button.type = "button";
  entry.button.className = "button button--text";
  entry.button.append("", name);
  entry.bar.max = 1;
  entry.bar.value = 0;
  entry.bar.setAttribute("aria-label", file.name);
  entry.item.className = "documents__sending";
  entry.item.append(entry.label, entry.bar, entry.button);
  entry.button.addEventListener("click", () => giveUp(entry));
  list.append(entry.item);
  queue.push(entry);
  if (file.size > Number(words.most)) says(entry, words.bigWord, "refused");
  else says(entry, words.waitingWord, "waiting");
}

function refusal(request, file) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const said = page.querySelector(".toast--danger, .banner--danger, .banner--warn, .error-summary, [role=alert]");
  const text = (said?.textContent ?? "").trim().replace(/\s+/g, " ");
  return text.startsWith(file.name) ? text.slice(file.name.length).replace(/^[\s\u00a0:]+/, "") : text;
}

function send(entry, alone) {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", entry.file);
  if (!alone) body.set("title", "");
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    entry.request = request;
    request.open("POST", form.action || window.location.href);
    const end = (state, sentence) => {
      says(entry, sentence, state);
      resolve();
    };
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) entry.bar.value = event.loaded / event.total;
    });
    request.addEventListener("load", () => {
      const there = new URL(request.responseURL).pathname === words.done;
      if (request.status < 300 && there) return end("done", words.doneWord);
      return end("refused", refusal(request, entry.file) || words.failedWord);
    });
    request.addEventListener("error", () => end("waiting", words.failedWord));
    request.addEventListener("abort", () => end("cancelled", words.cancelledWord));
    says(entry, words.sendingWord, "sending");
    request.send(body);
  });
}

for (const input of form?.querySelectorAll("input[type=file]") ?? []) {
  input.addEventListener("change", () => {
    for (const file of input.files) add(file);
    input.value = "";
  });
}

window.addEventListener("beforeunload", (event) => {
  if (sending) event.preventDefault();
});

form?.addEventListener("submit", async (event) => {
  const chosen = queue.filter((entry) => entry.state === "waiting");
  if (!chosen.length && !sending) return;
  event.preventDefault();
  if (sending) return;
  sending = true;
  const button = form.querySelector("button[type=submit]");
  button.setAttribute("aria-disabled", "true");
  // Read again at each turn: a file may be taken off the list meanwhile.
  for (const entry of chosen) if (queue.includes(entry)) await send(entry, chosen.length === 1);
  sending = false;
  button.removeAttribute("aria-disabled");
  if (queue.length && queue.every((entry) => entry.state === "done")) window.location.assign(words.done);
});
