// Opens a native dialog from the link that asks the same question on a page of its own.

document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  if (opener && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    const dialog = document.getElementById(opener.dataset.dialog);
    if (dialog?.showModal) {
      event.preventDefault();
      dialog.showModal();
    }
    return;
  }
  const way_back = event.target.closest("[data-dialog-close]");
  const open = way_back?.closest("dialog[open]");
  if (open) {
    event.preventDefault();
    open.close();
  }
});
