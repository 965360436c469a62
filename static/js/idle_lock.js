// A shared workstation left alone: warns 30 seconds before, then shows the locked page. The server decides, this only follows:
// it asks how much time is left (another tab may have been used) and says that somebody is there while one types or clicks.

const box = document.getElementById("idle-lock");
const WARNING = 30;
const QUIET_MS = 20_000;
const TRY_AGAIN_MS = 10_000;

if (box) {
  const dialog = document.getElementById("idle-warning");
  const token = document.querySelector("form[data-lock] input[name=csrfmiddlewaretoken]").value;
  let deadline = 0;
  let told = Date.now();
  let asked = 0;

  const locked = () => {
    // The path alone: what was searched for does not stay on a locked screen.
    const resume = new URL(box.dataset.resume, location.origin);
    resume.searchParams.set("suite", location.pathname);
    location.replace(resume);
  };

  const allow = (seconds) => {
    deadline = Date.now() + seconds * 1000;
    if (seconds > WARNING && dialog.open) dialog.close();
  };

  const ask = async (method) => {
    asked = Date.now();
    try {
      const headers = method === "POST" ? { "X-CSRFToken": token } : {};
      const answer = await fetch(box.dataset.presence, { method, headers, redirect: "manual" });
      if (!answer.ok) {
        locked();
        return;
      }
      const { left } = await answer.json();
      if (left !== null) allow(left);
      if (left === 0) locked();
    } catch {
      // Without network nobody knows: once the time is over, the page leaves the screen all the same.
      if (Date.now() >= deadline) locked();
    }
  };

  const act = () => {
    if (!dialog.open && Date.now() - told < QUIET_MS) return;
    told = Date.now();
    ask("POST");
  };

  const look = () => {
    const left = (deadline - Date.now()) / 1000;
    if (left > WARNING || Date.now() - asked < TRY_AGAIN_MS) {
      if (left <= 0) ask("GET");
      return;
    }
    ask("GET").then(() => {
      if ((deadline - Date.now()) / 1000 <= WARNING && !dialog.open && dialog.showModal) dialog.showModal();
    });
  };

  allow(Number(box.dataset.left));
  for (const kind of ["keydown", "pointerdown", "input", "wheel"]) addEventListener(kind, act, { capture: true, passive: true });
  document.addEventListener("visibilitychange", look);
  setInterval(look, 1000);
}
