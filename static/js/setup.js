// The set-up forms: shows only the fields that the choices made call for. Without it, all of them are there.

const form = document.querySelector("[data-setup]");

if (form) {
  const value = (name) => new FormData(form).get(name);
  const draw = () => {
    for (const name of ["scope", "frequency", "accepts"]) {
      const chosen = value(name);
      for (const part of form.querySelectorAll(`[data-when-${name}]`)) {
        part.hidden = chosen !== null && !part.getAttribute(`data-when-${name}`).split(" ").includes(chosen);
      }
    }
    for (const part of form.querySelectorAll("[data-unless-whole]")) part.hidden = value("whole_days") !== null;
  };
  form.addEventListener("change", draw);
  draw();
  // What saving would do is why the form came back: show it at once.
  const effects = form.querySelector("[data-what-if]");
  if (effects && !form.querySelector(".error-summary")) effects.focus();
}
