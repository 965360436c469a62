// A button that says for whom, once it is chosen: « Confirmer pour Léo ». Without script it keeps its general words.
// data-words: JSON, value of the choice → words · data-words-of: name of the radio buttons
// data-words-unless: name of boxes that add other people, for whom no single name would be true.

function reword(button) {
  button.dataset.usual ??= button.textContent;
  const chosen = button.form.elements.namedItem(button.dataset.wordsOf)?.value ?? "";
  const boxes = button.form.querySelectorAll(`input[name="${button.dataset.wordsUnless}"]:checked`);
  const alone = [...boxes].every((box) => box.value === chosen);
  const words = JSON.parse(button.dataset.words)[chosen];
  button.textContent = (alone && words) || button.dataset.usual;
}

function rewordAll() {
  document.querySelectorAll("button[data-words]").forEach(reword);
}

document.addEventListener("change", rewordAll);
window.addEventListener("pageshow", rewordAll);
rewordAll();
