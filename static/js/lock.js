// One key locks the workstation: F8 sends the form that ends the session, from any page of the practice.

document.addEventListener("keydown", (event) => {
  if (event.key !== "F8" || event.repeat) return;
  const form = document.querySelector("form[data-lock]");
  if (!form) return;
  event.preventDefault();
  form.requestSubmit();
});
