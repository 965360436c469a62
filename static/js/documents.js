// Sends the chosen files one by one, each with its progress. Without this module the form sends them all at once.
const form = document.querySelector("[data-upload]");

function line(list, name) {
  const item = document.createElement("li");
  const label = document.createElement("span");
  const bar = document.createElement("progress");
  label.textContent = `${name} · ${form.dataset.sendingWord}`;
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", name);
  item.append(label, bar);
  list.append(item);
  return { label, bar };
}

function send(file, alone, shown) {
  const body = new FormData(form);
  body.delete("files");
  body.append("files", file);
  if (!alone) body.set("title", "");
  return new Promise((resolve) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action || window.location.href);
    request.upload.addEventListener("progress", (event) => {
      if (event.lengthComputable) shown.bar.value = event.loaded / event.total;
    });
    const end = (done, sentence) => {
      shown.bar.hidden = true;
      shown.label.textContent = `${file.name} · ${sentence}`;
      resolve(done);
    };
    request.addEventListener("load", () => {
      if (request.status < 300 && request.responseURL.endsWith(form.dataset.done)) return end(true, form.dataset.doneWord);
      const page = new DOMParser().parseFromString(request.responseText, "text/html");
      const said = page.querySelector(".banner--danger, .banner--warn, .errors, [role=alert]");
      return end(false, said ? said.textContent.trim() : form.dataset.failedWord);
    });
    request.addEventListener("error", () => end(false, form.dataset.failedWord));
    request.send(body);
  });
}

form?.addEventListener("submit", async (event) => {
  const files = [...form.querySelectorAll("input[type=file]")].flatMap((input) => [...input.files]);
  if (!files.length) return;
  event.preventDefault();
  const button = form.querySelector("button[type=submit]");
  button.setAttribute("aria-disabled", "true");
  const list = form.querySelector("[data-upload-list]");
  list.replaceChildren();
  let all = true;
  for (const file of files) all = (await send(file, files.length === 1, line(list, file.name))) && all;
  button.removeAttribute("aria-disabled");
  if (all) window.location.assign(form.dataset.done);
  else for (const input of form.querySelectorAll("input[type=file]")) input.value = "";
});
